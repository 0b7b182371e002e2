//! What becomes of a command whose output nobody reads, or that can't be kept.

use super::hand::Folder;
use std::fs::File;
use std::process::{Command, Output, Stdio};

/// What reads from it is gone.
fn unread() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// No byte has room there.
fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

/// The exit code, and what it said on its error stream.
fn ended(command: &mut Command, out: Stdio) -> (i32, String) {
    let Output { status, stderr, .. } =
        command.stdout(out).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    (status.code().unwrap(), String::from_utf8(stderr).unwrap())
}

fn schema() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leeward"));
    command.args(["schema", "plan"]);
    command
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    assert_eq!(ended(&mut schema(), unread()), (0, String::new()));
}

#[test]
fn what_could_not_be_written_is_a_failure() {
    let expected = "error: standard output can't be written: No space left on device (os error 28)\n";
    assert_eq!(ended(&mut schema(), full()), (1, expected.to_owned()));
}

#[test]
fn a_run_that_nobody_reads_of_goes_on_to_its_end() {
    for (out, code) in [(unread(), 0), (full(), 1)] {
        let folder = Folder::new();
        let mut command = folder.command(&["resume", "RUN", "-approve", "cutover=change 4711"]);
        let (ended, said) = ended(&mut command, out);
        assert!(ended == code && !said.contains("panicked"), "{ended}: {said}");
        assert_eq!(folder.calls(), "stop on hz:9092 with s3cr3t-token\nstart on sh:9092\n");
        assert!(!folder.path("s.json.lock").exists(), "the lock is left");
    }
}
