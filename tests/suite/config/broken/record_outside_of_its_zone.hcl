dns_record "r" {
  dns    = dns.good
  zone   = "example.com."
  name   = "kafka"
  type   = "CNAME"
  ttl    = 30
  values = ["kafka-hz.internal"]
}
