use leeward::sandbox::{Process, Signal, Stat, State, parse_stat};
use std::process::{Child, Command};

#[test]
fn stat_lines_are_read_whatever_the_program_is_called() {
    let rest = "1 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 31 0 4711 0 0";
    for name in ["java", "a b", "a) S 9", "((", ""] {
        for state in ['R', 'S', 'T', 'Z'] {
            let line = format!("17 ({name}) {state} {rest}");
            assert_eq!(parse_stat(&line), Some(Stat { state, threads: 31, started: 4711 }), "{line}");
        }
    }
    for broken in ["", "17", "17 (java", "17 (java) S", "17 (java) S 1 2 3"] {
        assert_eq!(parse_stat(broken), None, "{broken}");
    }
}

/// A process of this test's own, and what leeward would have noted about it.
fn sleeper() -> (Child, Process) {
    let child = Command::new("sleep").arg("600").spawn().unwrap();
    let line = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
    let started = parse_stat(&line).unwrap().started;
    let process = Process { pid: child.id(), started, since: 0 };
    (child, process)
}

#[test]
fn a_process_is_seen_running_suspended_and_gone() {
    let (mut child, process) = sleeper();
    assert_eq!(process.state(), State::Running);
    assert!(process.signal(Signal::STOP));
    while process.state() == State::Running {
        std::thread::yield_now();
    }
    assert_eq!(process.state(), State::Suspended);
    assert!(process.signal(Signal::KILL));
    // Nobody has waited for it yet: it is a zombie, which counts as gone.
    while process.is_alive() {
        std::thread::yield_now();
    }
    assert!(!process.signal(Signal::KILL));
    child.wait().unwrap();
    assert_eq!(process.state(), State::Stopped);
}

#[test]
fn a_number_that_was_given_to_another_process_is_left_alone() {
    let (mut child, process) = sleeper();
    let stale = Process { started: process.started - 1, ..process };
    assert_eq!(stale.state(), State::Stopped);
    assert!(!stale.signal(Signal::KILL));
    assert_eq!(child.try_wait().unwrap(), None);
    child.kill().unwrap();
    child.wait().unwrap();
}
