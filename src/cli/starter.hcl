# Two clusters, of which one is active, and a topic that must survive.
# `leeward validate` checks this file, `leeward plan` shows what it would change.

leeward {
  required_version = ">= 0.1"
}

cluster "primary" {
  bootstrap = ["kafka-a.example.com:9092"]
  endpoint  = "kafka-a.example.com."
}

cluster "secondary" {
  bootstrap = ["kafka-b.example.com:9092"]
  endpoint  = "kafka-b.example.com."
}

connect "primary" {
  url     = "http://connect-a.example.com:8083"
  cluster = cluster.primary
}

connect "secondary" {
  url     = "http://connect-b.example.com:8083"
  cluster = cluster.secondary
}

pair "main" {
  primary   = cluster.primary
  secondary = cluster.secondary
}

topic "orders" {
  pair               = pair.main
  partitions         = 12
  replication_factor = 3
  config             = { "min.insync.replicas" = 2 }
}

replication "main" {
  pair   = pair.main
  topics = [topic.orders.name]
  groups = ["billing"]
  naming = "identity"
}
