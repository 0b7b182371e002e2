topic "t" {
  name = "orders
}
