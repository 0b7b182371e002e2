output "o" { value = uppper("a") }
