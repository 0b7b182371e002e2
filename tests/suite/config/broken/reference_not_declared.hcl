pair "p" {
  primary   = cluster.hangzou
  secondary = cluster.shanghai
}
