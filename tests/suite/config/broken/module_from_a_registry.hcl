module "m" {
  source = "acme/topics/kafka"
}
