failover_policy "p" {
  wave { pairs = [] }
  wave {}
}
