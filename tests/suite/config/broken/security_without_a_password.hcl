cluster "c" {
  bootstrap = ["a:1"]
  security {
    protocol  = "SASL_SSL"
    mechanism = "SCRAM-SHA-512"
    username  = "u"
  }
}
