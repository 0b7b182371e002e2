replication "r" {
  pair   = pair.good
  topics = ["*"]
}
