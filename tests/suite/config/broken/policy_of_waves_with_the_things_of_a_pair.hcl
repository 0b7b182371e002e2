failover_policy "p" {
  rpo = "30s"
  rto = "5m"
  wave { pairs = [pair.good] }
  approve "cutover" {}
}
