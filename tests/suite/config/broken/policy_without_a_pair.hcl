failover_policy "p" {
  rto = "5m"
}
