cluster "c" {
  bootstrap = ["a:1"]
  security = { protocol = "PLAINTEXT" }
}
