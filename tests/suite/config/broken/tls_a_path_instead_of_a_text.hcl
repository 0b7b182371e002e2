cluster "c" {
  bootstrap = ["a:1"]
  security {
    protocol = "SSL"
    tls { ca = "ca.pem" }
  }
}
