output "o" { value = "token ${env("X", "y")}" }
