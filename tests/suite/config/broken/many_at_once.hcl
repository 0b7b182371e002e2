topic "a" {
  pair       = pair.god
  partitions = "x"
  colour     = "blue"
}

output "o" { value = [1 / 0, nope(1), local.x] }
