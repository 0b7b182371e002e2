# Two sets of topics of one pair, carried by one replication.

cluster "hangzhou" {
  bootstrap = ["kafka-hz.internal:9092"]
  endpoint  = "kafka-hz.internal"
}

cluster "shanghai" {
  bootstrap = ["kafka-sh.internal:9092"]
  endpoint  = "kafka-sh.internal"
}

connect "hangzhou" {
  url     = "http://connect-hz.internal:8083"
  cluster = cluster.hangzhou
}

connect "shanghai" {
  url     = "http://connect-sh.internal:8083"
  cluster = cluster.shanghai
}

pair "shop" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
}

module "orders" {
  source = "../"

  pair    = pair.shop
  prefix  = "orders."
  writers = ["User:orders-app"]
  readers = ["User:billing"]

  topics = {
    placed    = { partitions = 24 }
    cancelled = { retention = "30d" }
    customers = { compacted = true, retention = "forever" }
  }
}

module "payments" {
  source = "../"

  pair       = pair.shop
  prefix     = "payments."
  partitions = 6
  writers    = ["User:payments-app"]

  topics = {
    card = {}
    sepa = { config = { "max.message.bytes" = "2097152" } }
  }
}

replication "shop" {
  pair   = pair.shop
  topics = concat(module.orders.names, module.payments.names)
  groups = ["billing", "fulfilment"]

  mirror_maker {
    tasks_max              = min(8, module.orders.partitions + module.payments.partitions)
    offset_syncs_retention = "30d"
  }
}
