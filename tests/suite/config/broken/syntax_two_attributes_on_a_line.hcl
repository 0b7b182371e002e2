topic "t" {
  partitions = 12 replication_factor = 3
}
