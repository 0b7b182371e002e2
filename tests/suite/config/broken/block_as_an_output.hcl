output "o" { value = cluster.hangzhou }
