variable "region" { default = "eu" }
output "o" { value = var.regoin }
