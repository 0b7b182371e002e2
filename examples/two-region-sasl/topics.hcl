# What has to survive, and who may write and read it.

module "orders" {
  source = "../../modules/protected-topic-set"

  pair    = pair.shop
  prefix  = "orders."
  writers = ["User:shop"]
  readers = ["User:billing", "User:fulfilment"]

  topics = {
    placed    = { partitions = 24 }
    cancelled = { retention = "30d" }
    customers = { compacted = true, retention = "forever" }
  }
}

module "payments" {
  source = "../../modules/protected-topic-set"

  pair       = pair.shop
  prefix     = "payments."
  partitions = 6
  writers    = ["User:payments"]
  readers    = ["User:billing"]

  topics = {
    card = {}
    sepa = {}
  }
}

# Groups need READ on their own names too; MirrorMaker copies no grant for groups.
access "groups" {
  for_each   = toset(["billing", "fulfilment"])
  pair       = pair.shop
  on         = "both"
  principals = ["User:${each.key}"]
  groups     = [each.key]
  operations = ["READ", "DESCRIBE"]
}

replication "shop" {
  pair   = pair.shop
  topics = concat(module.orders.names, module.payments.names)
  groups = flatten([application.billing.groups, application.fulfilment.groups])

  mirror_maker {
    tasks_max              = 8
    replication_factor     = 3
    offset_syncs_retention = "60d"
  }
}
