dns "d" {
  rfc2136 {
    server        = "10.0.0.53"
    key_name      = "k"
    key_algorithm = "hmac-md5"
    key_secret    = env("X", "MDEyMzQ1Njc4OTAxMjM0NTY3ODk=")
  }
}
