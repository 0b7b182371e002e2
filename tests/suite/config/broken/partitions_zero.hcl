topic "t" {
  pair = pair.good
  partitions = 0
  replication_factor = 3
}
