fence "f" {
  pair = pair.good
}
