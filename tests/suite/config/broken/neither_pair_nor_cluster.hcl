topic "t" {
  partitions = 1
  replication_factor = 1
}
