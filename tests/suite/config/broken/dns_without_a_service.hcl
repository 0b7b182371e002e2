dns "d" {
  authorities = ["10.0.0.53"]
}
