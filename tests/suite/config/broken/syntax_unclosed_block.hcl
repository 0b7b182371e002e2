topic "t" {
  partitions = 12
