output "o" { value = "x${cluster.hangzhou.timeout}" }
