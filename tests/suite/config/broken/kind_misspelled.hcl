toppic "t" {
  partitions = 1
}
