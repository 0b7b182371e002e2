topic "t" {
  pair               = pair.good
  partitions         = 12
  replication_factor = 3
  side "second" { replication_factor = 1 }
}
