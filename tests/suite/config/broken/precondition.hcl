topic "t" {
  pair               = pair.good
  partitions         = 12
  replication_factor = 3
  lifecycle {
    precondition {
      condition     = pair.good.active.name == "shanghai"
      error_message = "the active side is ${pair.good.active.name}"
    }
  }
}
