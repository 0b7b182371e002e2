topic "t" {
  pair = pair.good
}
