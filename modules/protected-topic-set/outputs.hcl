output "names" {
  description = "The topics' names, for the topics of a replication."
  value       = keys(local.topics)
}

output "partitions" {
  description = "How many partitions there are in all: an upper bound for tasks_max."
  value       = sum([for topic in values(local.topics) : topic.partitions])
}
