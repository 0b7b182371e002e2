topic "many" {
  for_each           = toset(["a"])
  name = each.key
  pair = pair.good
  partitions = 1
  replication_factor = 1
}
output "o" { value = topic.many["b"].name }
