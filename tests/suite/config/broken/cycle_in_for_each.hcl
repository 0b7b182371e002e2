topic "t" {
  for_each = topic.t
  pair = pair.good
  partitions = 1
  replication_factor = 1
}
