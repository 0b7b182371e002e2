pair "p" {
  primary   = cluster.hangzhou.name
  secondary = cluster.shanghai
}
