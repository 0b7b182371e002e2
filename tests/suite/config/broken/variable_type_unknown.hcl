variable "x" {
  type    = text
  default = 1
}
