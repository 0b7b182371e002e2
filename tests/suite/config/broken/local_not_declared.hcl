output "o" { value = local.x }
