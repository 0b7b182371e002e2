output "o" { value = "brokers: ${cluster.hangzhou.bootstrap}" }
