application "a" {
  groups     = application.b.groups
}
application "b" {
  groups     = []
  depends_on = [application.a]
}
