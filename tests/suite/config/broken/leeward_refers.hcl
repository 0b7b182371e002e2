locals { p = "x" }
leeward {
  state "local" { path = local.p }
}
