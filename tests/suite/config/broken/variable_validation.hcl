variable "x" {
  default = 5
  validation {
    condition     = var.x > 10
    error_message = "x must be more than 10, it is ${var.x}."
  }
}
