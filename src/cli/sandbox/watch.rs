//! `status`, `logs` and `kill`: looking at a sandbox and hurting it.

use crate::cli::{Failure, stream};
use crate::sandbox::{Sandbox, Signal, State};
use jiff::{SignedDuration, Timestamp};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// Shows what runs, where and since when.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward sandbox status -json")]
pub(super) struct Status {
    /// Prints it as JSON.
    #[arg(long)]
    json: bool,
}

impl Status {
    pub(super) fn run(self, dir: &Path) -> Result<ExitCode, Failure> {
        let statuses = Sandbox::open(dir)?.status();
        if self.json {
            let components: Vec<_> = statuses.iter().map(as_json).collect();
            println!("{:#}", serde_json::json!({ "components": components }));
            return Ok(ExitCode::SUCCESS);
        }
        let width = statuses.iter().map(|status| status.component.name.len()).max().unwrap_or_default();
        println!("{:width$}  {:9}  {:>7}  {:11}  since", "component", "state", "pid", "ports");
        for status in &statuses {
            let component = &status.component;
            let alive = component.process.filter(|_| status.state != State::Stopped);
            let pid = alive.map_or("-".into(), |process| process.pid.to_string());
            let since = alive.map_or("-".into(), |process| since(process.since));
            let ports: Vec<String> = component.ports.iter().map(ToString::to_string).collect();
            let (name, ports, state) = (&component.name, ports.join(","), word(status.state));
            println!("{name:width$}  {state:9}  {pid:>7}  {ports:11}  {since}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn as_json(status: &crate::sandbox::Status) -> serde_json::Value {
    let component = &status.component;
    let alive = component.process.filter(|_| status.state != State::Stopped);
    let since = alive.and_then(|process| Timestamp::from_second(i64::try_from(process.since).ok()?).ok());
    serde_json::json!({
        "component": component.name,
        "state": word(status.state),
        "pid": alive.map(|process| process.pid),
        "ports": component.ports,
        "since": since.map(|since| since.to_string()),
        "log": component.log,
    })
}

fn word(state: State) -> &'static str {
    match state {
        State::Running => "running",
        State::Suspended => "suspended",
        State::Stopped => "stopped",
    }
}

/// A moment as its age, which is what one wants to know of a process.
fn since(seconds: u64) -> String {
    let age = Timestamp::now().as_second() - i64::try_from(seconds).unwrap_or_default();
    format!("{:#} ago", SignedDuration::from_secs(age.max(0)))
}

/// Shows the end of a component's log.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward sandbox logs connect-shanghai --follow")]
pub(super) struct Logs {
    /// The component.
    component: String,
    /// How many lines.
    #[arg(short = 'n', long, default_value_t = 40, value_name = "N")]
    lines: usize,
    /// Goes on with what is written from now on, until Ctrl-C.
    #[arg(long)]
    follow: bool,
}

impl Logs {
    pub(super) fn run(self, dir: &Path) -> Result<ExitCode, Failure> {
        let components = Sandbox::open(dir)?.components(&self.component)?;
        let [component] = components.as_slice() else {
            let names: Vec<_> = components.iter().map(|component| component.name.as_str()).collect();
            return Err(Failure::new(format!("{} is more than one component", self.component))
                .hint(format!("name one of {}", names.join(", "))));
        };
        let path = &component.log;
        let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", path.display()));
        let mut text = Vec::new();
        let mut file = File::open(path).map_err(failed)?;
        file.read_to_end(&mut text).map_err(failed)?;
        stream::copy(last_lines(&text, self.lines));
        if self.follow {
            follow(file).map_err(failed)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Shows what is appended to a file, until the process is interrupted, or nobody looks any more.
fn follow(mut file: File) -> std::io::Result<()> {
    let mut more = Vec::new();
    while !stream::is_closed() {
        // A read goes on from where the one before met the end.
        file.read_to_end(&mut more)?;
        stream::copy(&more);
        stream::flush();
        more.clear();
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// The last lines of a text, with their ends.
fn last_lines(text: &[u8], lines: usize) -> &[u8] {
    let body = text.strip_suffix(b"\n").unwrap_or(text);
    let ends = body.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n');
    match lines.checked_sub(1) {
        None => &[],
        Some(skipped) => ends.map(|(at, _)| at + 1).nth(skipped).map_or(text, |start| &text[start..]),
    }
}

/// Sends a signal to components: by default the one that no process survives.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  leeward sandbox kill kafka-hangzhou\n  leeward sandbox kill bind --signal STOP"
)]
pub(super) struct Kill {
    /// The components.
    #[arg(required = true, value_name = "COMPONENT")]
    components: Vec<String>,
    /// KILL, TERM (ends in order), STOP (suspends: connections stay, nobody answers) or CONT (goes on).
    #[arg(long, default_value = "KILL", value_parser = signal, value_name = "SIGNAL")]
    signal: Signal,
}

impl Kill {
    pub(super) fn run(self, dir: &Path) -> Result<ExitCode, Failure> {
        let sandbox = Sandbox::open(dir)?;
        for word in &self.components {
            sandbox.components(word)?;
        }
        for word in &self.components {
            for component in sandbox.signal(word, self.signal)? {
                println!("{} {}", component.name, effect(self.signal));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn signal(text: &str) -> Result<Signal, String> {
    match text.trim_start_matches("SIG") {
        "KILL" => Ok(Signal::KILL),
        "TERM" => Ok(Signal::TERM),
        "STOP" => Ok(Signal::STOP),
        "CONT" => Ok(Signal::CONT),
        other => Err(format!("{other} is not a signal that a sandbox sends; KILL, TERM, STOP and CONT are")),
    }
}

fn effect(signal: Signal) -> &'static str {
    match signal {
        Signal::KILL => "killed",
        Signal::TERM => "stopped",
        Signal::STOP => "suspended",
        _ => "goes on",
    }
}
