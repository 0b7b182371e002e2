cluster "c" {
  bootstrap = ["a:1"]
  endpoint = "kafka.internal:9092"
}
