//! The faults, and how each begins and ends.

use super::doors::{Doors, Rest};
use crate::servers::proxy::Fate;
use leeward::sandbox::{Sandbox, Signal};
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    OldPaused,
    NewPaused,
    OldCutOff,
    NewCutOff,
    ConnectSays500,
    ConnectSays409,
    ConnectSilent,
    DnsRefuses,
    DnsForged,
    NoRoom,
}

/// Where a fault comes.
pub struct Place<'a> {
    pub sandbox: &'a Sandbox,
    pub doors: &'a Doors,
    /// The number of the side that was active when the run began.
    pub old: usize,
    /// The process of the run, and its journal.
    pub run: (u32, &'a Path),
}

impl Trouble {
    pub const ALL: [Self; 10] = [
        Self::OldPaused,
        Self::NewPaused,
        Self::OldCutOff,
        Self::NewCutOff,
        Self::ConnectSays500,
        Self::ConnectSays409,
        Self::ConnectSilent,
        Self::DnsRefuses,
        Self::DnsForged,
        Self::NoRoom,
    ];

    pub fn is_felt_by_all(self) -> bool {
        matches!(self, Self::OldPaused | Self::NewPaused)
    }

    /// How long it lasts, if the run does not end before.
    pub fn lasts(self) -> Duration {
        match self {
            Self::DnsRefuses | Self::DnsForged | Self::NoRoom => Duration::from_secs(90),
            // It is felt only where the run comes to the connectors.
            Self::ConnectSays500 | Self::ConnectSays409 | Self::ConnectSilent => Duration::from_secs(15),
            Self::OldPaused | Self::NewPaused | Self::OldCutOff | Self::NewCutOff => Duration::from_secs(8),
        }
    }

    /// It comes.
    pub fn begin(self, place: &Place<'_>) {
        let (doors, old) = (place.doors, place.old);
        match self {
            Self::OldPaused => signal(place.sandbox, old, Signal::STOP),
            Self::NewPaused => signal(place.sandbox, 1 - old, Signal::STOP),
            Self::OldCutOff => doors.gate(old).shut(true),
            Self::NewCutOff => doors.gate(1 - old).shut(true),
            Self::ConnectSays500 => doors.rest(Rest::Say(500)),
            Self::ConnectSays409 => doors.rest(Rest::Say(409)),
            Self::ConnectSilent => doors.rest(Rest::Silent),
            Self::DnsRefuses => doors.names(Fate::Refuse),
            Self::DnsForged => doors.names(Fate::Forge),
            Self::NoRoom => leave_no_room(place.run),
        }
    }

    /// It goes away.
    pub fn end(self, place: &Place<'_>) {
        let (doors, old) = (place.doors, place.old);
        match self {
            Self::OldPaused => signal(place.sandbox, old, Signal::CONT),
            Self::NewPaused => signal(place.sandbox, 1 - old, Signal::CONT),
            Self::OldCutOff => doors.gate(old).shut(false),
            Self::NewCutOff => doors.gate(1 - old).shut(false),
            Self::ConnectSays500 | Self::ConnectSays409 | Self::ConnectSilent => doors.rest(Rest::Answer),
            Self::DnsRefuses | Self::DnsForged => doors.names(Fate::Pass),
            // The limit was that process's own.
            Self::NoRoom => {}
        }
    }
}

fn signal(sandbox: &Sandbox, side: usize, signal: Signal) {
    sandbox.signal(&format!("kafka-{}", sandbox.layout().clusters[side].name), signal).unwrap();
}

/// No file of the process grows beyond what its journal has now, and a few bytes: a line is torn.
fn leave_no_room((process, journal): (u32, &Path)) {
    let size = std::fs::metadata(journal).unwrap().len() + 20;
    let limited = Command::new("prlimit")
        .args(["--pid", &process.to_string(), &format!("--fsize={size}")])
        .status()
        .unwrap();
    assert!(limited.success());
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OldPaused => "the old side's broker is paused",
            Self::NewPaused => "the new side's broker is paused",
            Self::OldCutOff => "the old side is cut off",
            Self::NewCutOff => "the new side is cut off",
            Self::ConnectSays500 => "Connect answers 500",
            Self::ConnectSays409 => "Connect answers 409",
            Self::ConnectSilent => "Connect does not answer",
            Self::DnsRefuses => "DNS refuses the update",
            Self::DnsForged => "DNS does not accept the signature",
            Self::NoRoom => "no room is left for the journal",
        })
    }
}
