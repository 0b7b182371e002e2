dns_record "r" {
  dns    = dns.good
  zone   = "example.com."
  name   = "kafka.example.com."
  type   = "TXT"
  ttl    = 30
  values = [env("X", "y")]
}
