dns "d" {
  authorities = ["10.0.0.53"]
  rfc2136 {
    server     = "10.0.0.53"
    key_name   = "k"
    key_secret = env("X", "MDEyMzQ1Njc4OTAxMjM0NTY3ODk=")
  }
  powerdns {
    url     = "http://10.0.0.53:8081"
    api_key = env("X", "y")
  }
}
