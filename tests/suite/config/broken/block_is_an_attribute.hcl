topic "t" {
  pair               = pair.good
  partitions         = 12
  replication_factor = 3
  config {}
}
