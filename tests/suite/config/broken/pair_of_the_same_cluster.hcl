pair "p" {
  primary   = cluster.hangzhou
  secondary = cluster.hangzhou
}
