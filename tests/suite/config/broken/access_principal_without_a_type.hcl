access "a" {
  pair       = pair.good
  principals = ["orders-app"]
  operations = ["READ"]
  topics     = ["t"]
}
