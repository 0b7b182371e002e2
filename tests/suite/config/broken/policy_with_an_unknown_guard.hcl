failover_policy "p" {
  pair = pair.good
  guard "replication_lags" { max_records = 0 }
  guard "weather" {}
  guard "fence" { max = 1 }
  guard "groups" { max_repeat = 1 }
}
