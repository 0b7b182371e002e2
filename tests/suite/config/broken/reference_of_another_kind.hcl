pair "p" {
  primary   = topic.good
  secondary = cluster.shanghai
}
