locals {
  text = <<EOT
  hello
}
