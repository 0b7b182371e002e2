//! Flags that several commands share.

use super::approve::Word;
use super::configuration::Configuration;
use crate::estate::Address;
use std::time::Duration;

/// How the state is locked.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct LockFlags {
    /// Whether to lock the state; without it two people can overwrite each other's work.
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    pub lock: bool,
    /// How long to wait for a lock that somebody holds, such as 30s or 5m.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    pub lock_timeout: Duration,
}

/// How a plan is carried out.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct RunFlags {
    #[command(flatten)]
    pub configuration: Configuration,
    #[command(flatten)]
    pub lock: LockFlags,
    /// How many steps run at once.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    pub parallelism: u16,
    /// Whether to ask for what is missing; leeward never asks for variables, so this only forbids the question
    /// before an apply.
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    pub input: bool,
    /// Gives your word beforehand for a step that waits for it, as `leeward approve` does; may be given several times.
    #[arg(long, value_name = "NAME=REASON")]
    pub approve: Vec<Word>,
}

/// What a plan is made of.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct PlanFlags {
    #[command(flatten)]
    pub run: RunFlags,
    /// Restricts the plan to a resource and what it needs; may be given several times.
    #[arg(long, value_name = "ADDRESS")]
    pub target: Vec<Address>,
    /// Deletes the objects of a resource and makes them anew; may be given several times.
    #[arg(long, value_name = "ADDRESS")]
    pub replace: Vec<Address>,
    /// Whether to read the world; without it the plan compares with what leeward last saw.
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    pub refresh: bool,
    /// Lets the findings of a rule pass, with a reason that is kept in the plan; may be given several times.
    #[arg(long, value_name = "CODE=REASON")]
    pub ignore: Vec<crate::policy::Ignore>,
}

/// Reads `90d`, `12h`; a day has 24 hours.
pub(super) fn days(text: &str) -> Result<jiff::SignedDuration, String> {
    let span: jiff::Span =
        text.parse().map_err(|_| "write it as a number and a unit, such as 90d or 12h".to_owned())?;
    let duration =
        span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|error| error.to_string())?;
    if duration.is_negative() { Err("it can't be negative".into()) } else { Ok(duration) }
}

/// Reads `30s`, `5m`, `1h30m`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration =
        text.parse().map_err(|_| "write it as a number and a unit, such as 30s or 5m".to_owned())?;
    Duration::try_from(span).map_err(|_| "it can't be negative".to_owned())
}
