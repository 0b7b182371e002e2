topic {
  partitions = 1
}
