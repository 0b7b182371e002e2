leeward {
  required_version = ">= 0.1"
  state "local" { path = "state/leeward.json" }
}

cluster "hangzhou" {
  bootstrap = ["kafka-hz.internal:9093"]
  endpoint  = "kafka-hz.internal"
  timeout   = "20s"
  security {
    protocol            = "SASL_SSL"
    mechanism           = "SCRAM-SHA-512"
    username            = "leeward"
    password            = env("HZ_PASSWORD")
    password_in_connect = "$${file:/etc/kafka/hz:password}"
    tls { ca = "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n" }
  }
}

cluster "shanghai" {
  bootstrap = ["kafka-sh.internal:9093", "[fd00::1]:9093"]
  endpoint  = "kafka-sh.internal"
}

connect "hangzhou" {
  url     = "http://connect-hz.internal:8083/"
  cluster = cluster.hangzhou
}

connect "shanghai" {
  urls    = ["http://connect-sh-1.internal:8083", "http://connect-sh-2.internal:8083"]
  cluster = cluster.shanghai
  basic_auth {
    username = "admin"
    password = env("HZ_PASSWORD")
  }
}

pair "orders" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
  endpoints { path = "/srv/kafka.properties" }
  endpoints {
    path   = "brokers"
    format = "json"
  }
}

topic "orders" {
  pair               = pair.orders
  partitions         = 12
  replication_factor = 3
  config = {
    "min.insync.replicas"            = 2
    "retention.ms"                   = 7 * 24 * 3600 * 1000
    "unclean.leader.election.enable" = false
    "compression.type"               = null
  }
  side "secondary" {
    replication_factor = 2
    config             = { "min.insync.replicas" = 1 }
  }
}

topic "local" {
  name               = "scratch.local"
  cluster            = cluster.shanghai
  partitions         = 1
  replication_factor = 1
  on_remove          = "delete"
}

access "orders_writers" {
  pair              = pair.orders
  principals        = ["User:orders-app"]
  operations        = ["write", "DESCRIBE"]
  topics            = [topic.orders.name, "payments.*"]
  transactional_ids = ["orders-*"]
  on                = "active"
}

replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name, "payments\\..*"]
  groups = ["billing", "fulfilment"]
  naming = "identity"
  mirror_maker {
    tasks_max                = 4
    emit_heartbeats_interval = "500ms"
    config                   = { "producer.override.linger.ms" = 50 }
  }
}

replication "prefixed" {
  pair      = pair.orders
  topics    = [".*"]
  naming    = "prefixed"
  separator = "_"
}

dns "main" {
  authorities = ["10.0.0.53", "10.0.1.53:5353"]
  rfc2136 {
    server        = "10.0.0.53"
    key_name      = "leeward"
    key_algorithm = "hmac-sha512"
    key_secret    = env("TSIG")
  }
}

dns "api" {
  authorities = ["10.0.0.53"]
  powerdns {
    url     = "http://10.0.0.53:8081"
    api_key = "in-clear"
  }
}

dns_record "bootstrap" {
  dns    = dns.main
  zone   = "example.com."
  name   = "Kafka.example.com"
  type   = "CNAME"
  ttl    = 30
  values = [pair.orders.active.endpoint]
}

dns_record "srv" {
  dns    = dns.api
  zone   = "example.com"
  name   = "_kafka._tcp.example.com."
  type   = "SRV"
  ttl    = "2m"
  values = ["0 5 9092 kafka.example.com"]
}

application "billing" {
  groups = ["billing"]
  stop {
    exec        = ["kubectl", "scale", "deploy/billing", "--replicas=0"]
    environment = { KUBECONFIG = "/etc/kube" }
  }
  start {
    webhook = "https://ops.example.com/start"
    timeout = "90s"
  }
}

fence "orders" {
  pair   = pair.orders
  method = "max_message_bytes"
}

fence "hook" {
  pair = pair.orders
  exec = ["./fence"]
  lift {
    exec = ["./firewall", "open"]
  }
}

failover_policy "orders" {
  pair         = pair.orders
  applications = [application.billing]
  fence        = fence.orders
  rpo          = "30s"
  rto          = "5m"
  guard "replication_lag" { max_records = 0 }
  approve "cutover" { timeout = "1h" }
}
