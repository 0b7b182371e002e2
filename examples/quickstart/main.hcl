# Two clusters, one topic that has to survive, and the name that clients use.
#
# The values of the variables come from estate.vars.hcl, which `leeward sandbox up` writes.

variable "hangzhou_bootstrap" { type = list(string) }
variable "hangzhou_connect" { type = string }
variable "hangzhou_endpoint" { type = string }

variable "shanghai_bootstrap" { type = list(string) }
variable "shanghai_connect" { type = string }
variable "shanghai_endpoint" { type = string }

variable "replication_factor" { type = number }

variable "dns_zone" { type = string }
variable "dns_server" { type = string }
variable "dns_authorities" { type = list(string) }
variable "dns_key_name" { type = string }
variable "dns_key_algorithm" { type = string }
variable "dns_key_secret" {
  type      = string
  sensitive = true
}

leeward {
  required_version = ">= 0.1"

  state "local" {
    path = "leeward.json"
  }
}

cluster "hangzhou" {
  bootstrap = var.hangzhou_bootstrap
  endpoint  = var.hangzhou_endpoint
}

cluster "shanghai" {
  bootstrap = var.shanghai_bootstrap
  endpoint  = var.shanghai_endpoint
}

connect "hangzhou" {
  url     = var.hangzhou_connect
  cluster = cluster.hangzhou
}

connect "shanghai" {
  url     = var.shanghai_connect
  cluster = cluster.shanghai
}

pair "orders" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
}

topic "orders" {
  pair               = pair.orders
  partitions         = 3
  replication_factor = var.replication_factor

  config = {
    "retention.ms" = 7 * 24 * 60 * 60 * 1000
  }
}

replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = ["billing"]
  naming = "identity"

  mirror_maker {
    replication_factor      = var.replication_factor
    refresh_topics_interval = "5s"
    refresh_groups_interval = "5s"
  }
}

dns "main" {
  authorities = var.dns_authorities

  rfc2136 {
    server        = var.dns_server
    key_name      = var.dns_key_name
    key_algorithm = var.dns_key_algorithm
    key_secret    = var.dns_key_secret
  }
}

dns_record "bootstrap" {
  dns    = dns.main
  zone   = var.dns_zone
  name   = "kafka.${var.dns_zone}"
  type   = "CNAME"
  ttl    = 30
  values = [pair.orders.active.endpoint]
}

# The clients: stopped before the cut-over, and started on the other side.
application "billing" {
  groups = ["billing"]

  stop {
    exec = ["./billing", "stop"]
  }

  start {
    exec = ["./billing", "start"]
  }
}

fence "orders" {
  pair   = pair.orders
  method = "max_message_bytes"
}

failover_policy "orders" {
  pair         = pair.orders
  applications = [application.billing]
  fence        = fence.orders
  rpo          = "30s"
  rto          = "5m"
}

output "bootstrap" {
  value = dns_record.bootstrap.name
}
