application "a" {
  stop {
    exec    = ["x"]
    webhook = "https://x"
  }
}
