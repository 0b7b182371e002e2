locals { y = 1 }
variable "x" { default = local.y }
