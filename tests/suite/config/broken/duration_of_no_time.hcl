cluster "c" {
  bootstrap = ["a:1"]
  timeout = "0s"
}
