//! Processes that outlive the command that started them, and are never mistaken for others.

use super::files::{FileError, at};
use super::launch::Launch;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A process by number and start time: the number alone is given to somebody else one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// The process number.
    pub pid: u32,
    /// When it started, in clock ticks since boot: field 22 of `/proc/PID/stat` (proc_pid_stat(5)).
    pub started: u64,
    /// When it started, in seconds since 1970.
    pub since: u64,
}

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It runs.
    Running,
    /// A signal has suspended it: it keeps its connections and answers nobody.
    Suspended,
    /// It has ended, or was never started.
    Stopped,
}

/// What the system says of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// The letter of its state, as `R`, `S`, `T` or `Z`.
    pub state: char,
    /// How many threads it still has. One that was killed is a zombie as soon as its first thread is, while others may hold
    /// its ports for a moment yet.
    pub threads: u32,
    /// When it started, in clock ticks since boot.
    pub started: u64,
}

/// Starts a program in a process group of its own, without input, its output appended to a log.
pub(super) fn spawn(launch: &Launch, log: &Path) -> Result<Process, FileError> {
    let output = OpenOptions::new().create(true).append(true).open(log).map_err(at(log))?;
    let errors = output.try_clone().map_err(at(log))?;
    let mut child = Command::new(&launch.program)
        .args(&launch.arguments)
        .envs(launch.environment.iter().map(|(name, value)| (name, value)))
        .current_dir(&launch.folder)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .process_group(0)
        .spawn()
        .map_err(at(&launch.program))?;
    let pid = child.id();
    let started = stat(pid).map(|stat| stat.started).unwrap_or_default();
    // While this command lives it is the parent, and a child that nobody waits for never goes away.
    std::thread::spawn(move || child.wait());
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    Ok(Process { pid, started, since })
}

impl Process {
    /// What it does now.
    pub fn state(&self) -> State {
        match stat(self.pid) {
            Some(stat) if stat.started != self.started => State::Stopped,
            Some(Stat { state: 'Z' | 'X' | 'x', threads: ..=1, .. }) | None => State::Stopped,
            Some(Stat { state: 'T' | 't', .. }) => State::Suspended,
            Some(_) => State::Running,
        }
    }

    /// Whether it is there, running or suspended.
    pub fn is_alive(&self) -> bool {
        self.state() != State::Stopped
    }

    /// Sends a signal to this process and to no other that has got its number since; says whether it was sent.
    pub fn signal(&self, signal: Signal) -> bool {
        let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw) else { return false };
        // The descriptor pins the process; only then is its start time worth anything.
        let Ok(pinned) = pidfd_open(pid, PidfdFlags::empty()) else { return false };
        self.is_alive() && pidfd_send_signal(&pinned, signal).is_ok()
    }
}

/// Ends processes together: asks them, waits for at most `grace`, then insists; says whether asking was enough.
pub(super) fn stop(processes: &[Process], grace: Duration) -> bool {
    for process in processes {
        process.signal(Signal::TERM);
        // One that is suspended sees the request only when it goes on.
        process.signal(Signal::CONT);
    }
    if await_gone(processes, grace) {
        return true;
    }
    for process in processes {
        process.signal(Signal::KILL);
    }
    await_gone(processes, Duration::from_secs(5));
    false
}

/// Waits until none of them is alive; `false` when the time ran out before.
pub(super) fn await_gone(processes: &[Process], limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    while processes.iter().any(Process::is_alive) {
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

fn stat(pid: u32) -> Option<Stat> {
    parse_stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// Reads a line of `/proc/PID/stat`; the program's name, in parentheses, may itself hold spaces and parentheses.
pub fn parse_stat(line: &str) -> Option<Stat> {
    let (_, after_name) = line.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace();
    // The state is field 3, the first behind the name; the threads are field 20, the start time is field 22.
    let state = fields.next()?.chars().next()?;
    let threads = fields.nth(16)?.parse().ok()?;
    let started = fields.nth(1)?.parse().ok()?;
    Some(Stat { state, threads, started })
}
