access "a" {
  pair       = pair.good
  principals = ["User:u"]
  operations = ["REED"]
  topics     = ["t"]
}
