cluster "c" {
  bootstrap = ["a:1"]
  security {
    protocol = "SSL"
    tls { key = "-----BEGIN PRIVATE KEY-----" }
  }
}
