fence "f" {
  pair   = pair.good
  method = "acess"
}
