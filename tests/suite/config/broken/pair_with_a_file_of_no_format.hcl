pair "p" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
  endpoints { path = "/srv/kafka.conf" }
}
