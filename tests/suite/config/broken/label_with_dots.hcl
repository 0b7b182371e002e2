topic "orders.v1" {
  partitions = 1
}
