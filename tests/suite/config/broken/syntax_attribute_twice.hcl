topic "t" {
  partitions = 1
  partitions = 2
}
