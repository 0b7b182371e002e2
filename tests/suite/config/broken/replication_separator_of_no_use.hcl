replication "r" {
  pair      = pair.good
  topics    = [".*"]
  separator = "_"
}
