//! Prometheus' own judge of metrics and rules.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs promtool in a folder with this on its standard input; answers whether it is content, and what it said.
pub fn promtool(folder: &Path, arguments: &[&str], input: &str) -> (bool, String) {
    let mut child = Command::new("promtool")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("promtool can't be started: {error}; ./tests/run installs it"));
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}
