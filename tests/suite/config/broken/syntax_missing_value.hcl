topic "t" {
  partitions =
}
