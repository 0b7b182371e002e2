topic "t" {
  pair               = pair.good
  partitions         = 12
  replication_factor = 3
  for_each = { a = env("X", "y") }["a"] == "" ? {} : { b = 1 }
}
