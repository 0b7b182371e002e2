output "o" { value = vra.x }
