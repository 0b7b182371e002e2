cluster "c" {
  bootstrap = ["a:1"]
  security {
    protocol = "SSL"
    password = env("X", "y")
  }
}
