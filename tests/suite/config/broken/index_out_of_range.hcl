output "o" { value = cluster.hangzhou.bootstrap[3] }
