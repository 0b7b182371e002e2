module "m" {
  source = "./modules/none"
}
