cluster "c" {
  bootstrap = ["kafka://kafka-1:9092"]
}
