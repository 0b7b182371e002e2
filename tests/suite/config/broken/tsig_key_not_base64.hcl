dns "d" {
  rfc2136 {
    server     = "10.0.0.53"
    key_name   = "k"
    key_secret = env("X", "not base64!")
  }
}
