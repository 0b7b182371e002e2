cluster "c" {
  bootstrap = ["a:1"]
  security { protocol = "sasl_ssl" }
}
