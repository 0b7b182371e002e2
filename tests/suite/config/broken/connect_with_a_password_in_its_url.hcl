connect "c" {
  url     = "http://u:p@connect:8083"
  cluster = cluster.hangzhou
}
