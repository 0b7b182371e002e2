# How the pair fails over. The writers' grants are on the active side only, so that taking them away is the fence.

application "billing" {
  groups = ["billing"]

  stop {
    exec    = ["kubectl", "scale", "deploy/billing", "--replicas=0"]
    timeout = "2m"
  }

  start {
    exec    = ["kubectl", "scale", "deploy/billing", "--replicas=6"]
    timeout = "2m"
  }
}

application "fulfilment" {
  groups = ["fulfilment"]

  stop {
    webhook = "https://deploy.${var.domain}/fulfilment/stop"
  }

  start {
    webhook = "https://deploy.${var.domain}/fulfilment/start"
  }
}

fence "shop" {
  pair   = pair.shop
  method = "access"
}

failover_policy "shop" {
  pair         = pair.shop
  applications = [application.billing, application.fulfilment]
  fence        = fence.shop
  rpo          = "30s"
  rto          = var.rto

  guard "replication_lag" {
    max_records = 0
  }

  approve "cutover" {
    timeout = "15m"
  }
}
