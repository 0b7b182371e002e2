//! A rule and its explanation.

use super::note::Note;
use super::rules::ALL;
use super::view::View;
use crate::plan::{Finding, Severity};
use serde::Serialize;

/// A rule: what it looks for, and why that matters.
#[derive(Debug, Clone, Serialize)]
pub struct Rule {
    /// Its code, `LW1001`.
    pub code: &'static str,
    /// What it looks for, in a few words.
    pub title: &'static str,
    /// How bad it is, usually; a finding may be milder where the explanation says so.
    pub severity: Severity,
    /// What it looks for.
    pub what: &'static str,
    /// What happens if nothing is done.
    pub why: &'static str,
    /// Where that is written: a class of Kafka, a KIP, an RFC.
    pub source: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// A configuration that it has nothing to say of, or what the fix looks like.
    pub example: &'static str,
    #[serde(skip)]
    pub(super) check: fn(&View<'_>) -> Vec<Note>,
}

impl Rule {
    /// What rules of its hundred are about.
    pub fn subject(&self) -> &'static str {
        match self.code.get(..4) {
            Some("LW10") => "Names and coverage of topics",
            Some("LW11") => "Consumer groups",
            Some("LW12") => "DNS",
            Some("LW13") => "Durability",
            Some("LW14") => "The replication engine",
            Some("LW15") => "Access and secrets",
            Some("LW17") => "Offsets",
            _ => "Failover",
        }
    }

    pub(super) fn findings(&self, view: &View<'_>) -> Vec<Finding> {
        let finding = |note: Note| Finding {
            code: self.code.to_owned(),
            severity: note.severity.unwrap_or(self.severity),
            address: note.address,
            position: note.position,
            message: note.message,
            help: note.help,
            ignored: None,
        };
        (self.check)(view).into_iter().map(finding).collect()
    }
}

/// All rules, by code.
pub fn rules() -> &'static [&'static Rule] {
    &ALL
}

/// The rule with a code, in whatever case it is typed.
pub fn rule(code: &str) -> Option<&'static Rule> {
    ALL.into_iter().find(|rule| rule.code.eq_ignore_ascii_case(code))
}
