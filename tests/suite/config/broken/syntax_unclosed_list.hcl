topic "t" {
  name = ["a", "b"
}
