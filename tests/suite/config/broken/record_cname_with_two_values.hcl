dns_record "r" {
  dns    = dns.good
  zone   = "example.com."
  name   = "kafka.example.com."
  type   = "CNAME"
  ttl    = 30
  values = ["a.internal", "b.internal"]
}
