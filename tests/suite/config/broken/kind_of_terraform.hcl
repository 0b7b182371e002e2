resource "kafka_topic" "t" {
  partitions = 1
}
