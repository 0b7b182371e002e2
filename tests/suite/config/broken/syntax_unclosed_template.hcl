topic "t" {
  name = "a${1 +"
}
