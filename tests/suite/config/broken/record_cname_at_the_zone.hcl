dns_record "r" {
  dns    = dns.good
  zone   = "example.com."
  name   = "example.com"
  type   = "CNAME"
  ttl    = 30
  values = ["kafka-hz.internal"]
}
