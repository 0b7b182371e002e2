topic "many" {
  for_each           = toset(["a"])
  name = each.key
  pair = pair.good
  partitions = 1
  replication_factor = 1
}
access "a" {
  pair = pair.good
  principals = ["User:u"]
  operations = ["READ"]
  topics = [topic.many.name]
}
