queue "t" {
}
