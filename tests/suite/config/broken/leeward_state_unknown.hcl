leeward {
  state "s3" { bucket = "b" }
}
