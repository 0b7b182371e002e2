topic "t" {
  pair               = pair.good
  partitions         = 12
  replication_factor = 3
  name = join("", [for n in range(250) : "x"])
}
