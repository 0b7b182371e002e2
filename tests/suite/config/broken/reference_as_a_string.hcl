pair "p" {
  primary   = "hangzhou"
  secondary = cluster.shanghai
}
