cluster "c" {
  bootstrap = ["a:1"]
  security {
    protocol  = "SASL_SSL"
    mechanism = "PLAIN"
    username  = "u"
    password  = env("NOT_SET")
  }
}
