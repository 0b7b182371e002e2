connect "c" {
  cluster = cluster.hangzhou
}
