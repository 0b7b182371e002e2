fence "f" {
  pair   = pair.good
  method = "access"
  lift {
    exec = ["./firewall", "open"]
  }
}
