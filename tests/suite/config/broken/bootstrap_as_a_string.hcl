cluster "c" {
  bootstrap = "a:9092"
}
