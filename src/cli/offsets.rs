//! `leeward offsets`.

mod apply;
mod plan;

use super::Failure;
use super::configuration::Configuration;
use super::flags::duration;
use super::named::named_pair;
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::estate::Estate;
use crate::observe::{ByTime, by_time, compare, flow, prove};
use crate::offsets::{Certainty, Flow, Row};
use crate::plan::Finding;
use crate::provider::{Live, LiveRecords};
use crate::report::offsets as report;
use crate::runbook::findings;
use crate::state::State;
use std::process::ExitCode;
use std::time::Duration;

/// Shows where each consumer group would go on after a failover, and how sure that is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
For each group and partition: where the group stands on the active side, how much it lags, where it would go on on the \
standby, what that rests on, how many records it would read again, and where MirrorMaker has put it until now.

An answer is never past the true position: a record is repeated rather than skipped. With the active side alive, records of \
both sides are compared; one that differs is an error, and the exit code 1.

Examples:
  leeward offsets
  leeward offsets orders -group billing
  leeward offsets orders -json
  leeward offsets orders -by timestamp -margin 5m
  leeward offsets plan -out offsets.lw")]
#[command(args_conflicts_with_subcommands = true)]
pub struct Offsets {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    configuration: Configuration,
    #[command(flatten)]
    wanted: Wanted,
    /// Prints it as JSON.
    #[arg(long)]
    json: bool,
}

/// What is done with the answers.
#[derive(Debug, clap::Subcommand)]
enum Command {
    Plan(plan::Plan),
    Apply(apply::Apply),
}

/// Whose positions are wanted, and how sure they have to be.
#[derive(Debug, Clone, clap::Args)]
struct Wanted {
    /// The pair; may be left out if there is only one.
    #[arg(value_name = "PAIR")]
    pair: Option<String>,
    #[command(flatten)]
    limits: Limits,
}

/// Which of a pair's groups, and how much is read for them.
#[derive(Debug, Clone, clap::Args)]
struct Limits {
    /// Only these groups; may be given several times.
    #[arg(long, value_name = "NAME")]
    group: Vec<String>,
    /// How many offsets of either side's log are read at a time for each partition to prove an answer, at most eight times as
    /// many in all; 0 reads none.
    #[arg(long, value_name = "OFFSETS", default_value_t = 10_000)]
    prove: i64,
    /// Shows what records say that differ between the sides. Otherwise only their offsets, times, sizes and digests are told.
    #[arg(long)]
    show_payload: bool,
    /// By what a position is found on the standby: offsets, or the time of the oldest record that a group has not read, a
    /// fallback where offsets tell too little.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = By::Offsets)]
    by: By,
    /// With -by timestamp: how much earlier the standby is asked for, since clocks and producers are not exact.
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    margin: Duration,
}

/// By what a position is found on the standby.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum By {
    /// By offset syncs and the records of both sides.
    Offsets,
    /// By the records' times.
    Timestamp,
}

impl Offsets {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Some(Command::Plan(command)) => block_on(command.run()),
            Some(Command::Apply(command)) => block_on(command.run()),
            None => block_on(self.show()),
        }
    }

    async fn show(self) -> Result<ExitCode, Failure> {
        let state = Workspace::open()?.load_state().await?;
        let estate = self.configuration.load(state.actives())?.estate;
        let told = self.wanted.read(&estate, &state, false).await?;
        let told: Vec<_> =
            told.into_iter().map(|(flow, rows)| (findings(&estate, &flow), flow, rows)).collect();
        if self.json {
            let all: Vec<_> =
                told.iter().map(|(findings, flow, rows)| report::json(flow, rows, findings)).collect();
            println!("{}", serde_json::to_string_pretty(&all)?);
        } else {
            let texts: Vec<String> =
                told.iter().map(|(findings, flow, rows)| report::text(flow, rows, findings)).collect();
            print!("{}", texts.join("\n"));
        }
        let stops = told.iter().flat_map(|(findings, ..)| findings).any(Finding::stops);
        Ok(if stops { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

impl Wanted {
    /// Reads the pair's flows, proves what can be proven, and translates.
    async fn read(
        &self,
        estate: &Estate,
        state: &State,
        accept_loss: bool,
    ) -> Result<Vec<(Flow, Vec<Row>)>, Failure> {
        let pair = named_pair(estate, self.pair.as_deref())?;
        let (world, records) = (Live::new(estate), LiveRecords::new(estate));
        let mut told = Vec::new();
        for (address, _) in estate.replications().filter(|(_, replication)| replication.pair == pair) {
            let starts = state.starts.get(address).map(Vec::as_slice).unwrap_or_default();
            let Some(mut flow) = flow(&world, &records, estate, address, starts).await else { continue };
            self.limits.restrict(&mut flow)?;
            if self.limits.prove > 0 {
                self.limits.prove(&world, &records, &mut flow).await;
            }
            let mut rows = flow.rows(Certainty::Proven);
            if self.limits.by == By::Timestamp {
                let margin = i64::try_from(self.limits.margin.as_millis()).unwrap_or(i64::MAX);
                let how = ByTime { margin, most: self.limits.prove, accept_loss };
                by_time(&world, &records, &flow, &mut rows, how).await.map_err(Failure::new)?;
            }
            told.push((flow, rows));
        }
        if told.is_empty() {
            return Err(Failure::new(format!("{pair} has no replication"))
                .hint("declare one: its offset syncs tell where groups go on"));
        }
        Ok(told)
    }
}

impl Limits {
    /// Reads what proves the answers: first of the standby, then of the active side.
    async fn prove(&self, world: &Live, records: &LiveRecords, flow: &mut Flow) {
        if let Err(fault) = prove(records, flow, self.prove).await {
            tracing::warn!(%fault, "the standby's records can't be read");
        }
        if let Err(fault) = compare(world, records, flow, self.prove, self.show_payload).await {
            tracing::warn!(%fault, "the sides can't be compared");
        }
    }

    /// Leaves only the groups that are named.
    fn restrict(&self, flow: &mut Flow) -> Result<(), Failure> {
        if let Some(unknown) = self.group.iter().find(|name| !flow.groups.contains(name)) {
            let known = if flow.groups.is_empty() { "none".into() } else { flow.groups.join(", ") };
            return Err(Failure::new(format!("{} follows no group {unknown}", flow.replication))
                .hint(format!("it follows {known}")));
        }
        if !self.group.is_empty() {
            flow.groups.retain(|group| self.group.contains(group));
        }
        Ok(())
    }
}
