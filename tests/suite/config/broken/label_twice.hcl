topic "a" "b" {
  partitions = 1
}
