topic "t" {
  pair = pair.good
  partitions = 1.5
  replication_factor = 3
}
