failover_policy "p" {
  pair = pair.good
  wave { pairs = [pair.good] }
}
