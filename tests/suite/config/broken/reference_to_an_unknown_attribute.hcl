output "o" { value = topic.good.partition }
