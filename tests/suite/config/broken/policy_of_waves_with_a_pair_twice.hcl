failover_policy "p" {
  wave { pairs = [pair.good] }
  wave {
    pairs = [pair.good]
  }
}
