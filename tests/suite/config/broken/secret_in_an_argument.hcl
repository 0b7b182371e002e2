application "a" {
  stop { exec = ["./stop", "--token", env("X", "y")] }
}
