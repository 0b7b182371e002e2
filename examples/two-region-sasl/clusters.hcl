# Two regions. Each has a Kafka cluster and, beside it, a Connect cluster that writes into it.

leeward {
  required_version = ">= 0.1"

  state "local" {
    path = "state/leeward.json"
  }
}

locals {
  # Read by Connect's workers themselves (KIP-297), so that no password passes through their REST interface.
  password_in_connect = "$${file:/etc/kafka/secrets/mirror.properties:password}"
}

cluster "frankfurt" {
  bootstrap = [for n in range(3) : "kafka-${n}.fra.${var.domain}:9093"]
  endpoint  = "kafka.fra.${var.domain}"
  timeout   = "5s"

  security {
    protocol            = "SASL_SSL"
    mechanism           = "SCRAM-SHA-512"
    username            = "leeward"
    password            = env("FRANKFURT_PASSWORD")
    password_in_connect = local.password_in_connect

    tls {
      ca = file("${path.module}/ca.pem")
    }
  }
}

cluster "dublin" {
  bootstrap = [for n in range(3) : "kafka-${n}.dub.${var.domain}:9093"]
  endpoint  = "kafka.dub.${var.domain}"
  timeout   = "5s"

  security {
    protocol            = "SASL_SSL"
    mechanism           = "SCRAM-SHA-512"
    username            = "leeward"
    password            = env("DUBLIN_PASSWORD")
    password_in_connect = local.password_in_connect

    tls {
      ca = file("${path.module}/ca.pem")
    }
  }
}

connect "frankfurt" {
  urls    = [for n in range(2) : "https://connect-${n}.fra.${var.domain}:8083"]
  cluster = cluster.frankfurt
  ca      = file("${path.module}/ca.pem")

  basic_auth {
    username = "leeward"
    password = env("CONNECT_PASSWORD")
  }
}

connect "dublin" {
  urls    = [for n in range(2) : "https://connect-${n}.dub.${var.domain}:8083"]
  cluster = cluster.dublin
  ca      = file("${path.module}/ca.pem")

  basic_auth {
    username = "leeward"
    password = env("CONNECT_PASSWORD")
  }
}

pair "shop" {
  primary   = cluster.frankfurt
  secondary = cluster.dublin
}
