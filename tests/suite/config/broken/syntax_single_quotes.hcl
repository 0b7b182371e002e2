topic 't' {
}
