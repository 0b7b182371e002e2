application "a" {
  stop {}
}
