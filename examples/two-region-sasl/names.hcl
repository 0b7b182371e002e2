# The name that clients know. Its value follows the pair: a failover changes it, and the configuration stays as it is.

dns "main" {
  authorities = ["ns1.${var.domain}:53", "ns2.${var.domain}:53"]
  resolvers   = ["resolver1.${var.domain}:53", "resolver2.${var.domain}:53"]
  propagation = "30s"

  rfc2136 {
    server        = "ns1.${var.domain}:53"
    key_name      = "leeward."
    key_algorithm = "hmac-sha256"
    key_secret    = env("TSIG_KEY")
  }
}

dns_record "bootstrap" {
  dns    = dns.main
  zone   = var.zone
  name   = "bootstrap.${var.zone}"
  type   = "CNAME"
  ttl    = 30
  values = [pair.shop.active.endpoint]
}

dns_record "active" {
  dns    = dns.main
  zone   = var.zone
  name   = "active.${var.zone}"
  type   = "TXT"
  ttl    = 30
  values = [pair.shop.active.name]
}

output "bootstrap" {
  description = "What clients write into bootstrap.servers."
  value       = "${trimsuffix(dns_record.bootstrap.name, ".")}:9093"
}

output "active" {
  description = "The cluster that is active now."
  value       = pair.shop.active.name
}
