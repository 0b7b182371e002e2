output "o" { value = topic }
