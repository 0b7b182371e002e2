failover_policy "p" {
  pair = pair.good
  rto = "5 minutes"
}
