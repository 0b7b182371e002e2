topic "t" {
  pair = pair.good
  partitions = "many"
  replication_factor = 3
}
