output "o" { value = "at ${cluster.hangzhou}" }
