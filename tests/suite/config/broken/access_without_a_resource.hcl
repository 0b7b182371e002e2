access "a" {
  pair       = pair.good
  principals = ["User:u"]
  operations = ["READ"]
}
