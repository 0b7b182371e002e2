cluster "c" {
  bootstrap = ["kafka-1:9092", "kafka-2"]
}
