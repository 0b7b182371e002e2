dns_record "r" {
  dns    = dns.good
  zone   = "example.com."
  name   = "kafka.example.com."
  type   = "CNMAE"
  ttl    = 30
  values = ["kafka-hz.internal"]
}
