//! `leeward drill run`.

use super::Drilled;
use super::clean::{clean, left, nothing};
use crate::cli::Failure;
use crate::cli::apply::seed;
use crate::cli::flags::RunFlags;
use crate::cli::planning::Planned;
use crate::cli::question::confirmed;
use crate::cli::running::{Done, execute};
use crate::cli::workspace::Workspace;
use crate::estate::Address;
use crate::plan::{Plan, StepId};
use crate::report::{self, progress};
use crate::run::{Entry, Event, World, spans};
use crate::runbook::{foretold, rehearsed, results};
use crate::state::{LastDrill, Rehearsed};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Runs a drill. Whatever becomes of it, all that it makes is removed at its end.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit codes:
  0  the drill passed, and a planned failover could begin
  1  a step failed, or something stands in the way of a failover; each reason is said

Examples:
  leeward drill run orders
  leeward drill run orders -auto-approve")]
pub(super) struct Run {
    /// The pair; may be left out if there is only one.
    #[arg(value_name = "PAIR")]
    pair: Option<String>,
    #[command(flatten)]
    flags: RunFlags,
    /// Runs it without asking.
    #[arg(long)]
    auto_approve: bool,
}

impl Run {
    pub async fn run(self) -> Result<ExitCode, Failure> {
        let workspace = Workspace::open()?;
        let held = workspace.lock("drill", &self.flags.lock).await?;
        let code = self.rehearse(&workspace).await;
        let unlocked = workspace.unlock(held).await;
        code.and_then(|code| unlocked.map(|()| code))
    }

    async fn rehearse(&self, workspace: &Workspace) -> Result<ExitCode, Failure> {
        let drilled = Drilled::load(workspace, &self.flags.configuration, self.pair.as_deref()).await?;
        let (pair, own) = (drilled.pair.clone(), rehearsed(&drilled.now, &drilled.pair));
        let planned = drilled.plan(workspace, &self.flags.configuration).await?;
        if planned.plan.is_empty() {
            return Err(nothing(&pair));
        }
        print!("{}", report::failover::text(&planned.plan, &workspace.expected()));
        if !self.auto_approve && !confirmed("run the drill", "give -auto-approve", self.flags.input)? {
            return Err(Failure::new("it was not confirmed: nothing was changed"));
        }
        let begun = Instant::now();
        let done = self.execute(workspace, planned).await?;
        let left = if done.whole { None } else { self.clean(workspace, &pair).await? };
        let entries = workspace.runs().view(&done.run)?.recording.entries;
        let spans = spans(&entries);
        let failover = foretold(&done.plan, &spans).filter(|_| done.whole);
        let mut reasons = reasons(&done, failover);
        reasons.extend(left);
        let last = LastDrill {
            at: Timestamp::now(),
            took: begun.elapsed().as_secs(),
            passed: reasons.is_empty(),
            run: done.run.to_string(),
            failover: failover.map(|it| it.as_secs_f64().ceil() as u64),
            reasons,
            replications: results(&done.plan, &own, &spans, &faults(&done.plan, &entries)),
        };
        self.keep(workspace, &pair, &last).await?;
        conclude(&pair, &done.plan, &last)
    }

    async fn execute(&self, workspace: &Workspace, planned: Planned) -> Result<Done, Failure> {
        let Planned { state, plan, world, records, .. } = planned;
        let run = workspace.runs().begin(plan, Timestamp::now(), seed())?;
        let world = World { objects: &world, records: &records };
        execute(run, state, world, workspace, self.flags.parallelism, Vec::new()).await
    }

    /// Nothing of a drill stays, least of all of one that failed. What could not be removed is answered.
    async fn clean(&self, workspace: &Workspace, pair: &Address) -> Result<Option<String>, Failure> {
        println!("\nThe drill did not come to its end: what it made is removed.");
        let done = clean(workspace, &self.flags, Some(&pair.to_string())).await?;
        Ok((!done.whole).then(|| left(&done)))
    }

    async fn keep(&self, workspace: &Workspace, pair: &Address, last: &LastDrill) -> Result<(), Failure> {
        let mut state = workspace.load_state().await?;
        state.pairs.entry(pair.clone()).or_default().last_drill = Some(last.clone());
        workspace.save_state(&mut state).await
    }
}

/// What failed, and why, as a person is told.
fn faults(plan: &Plan, entries: &[Entry]) -> BTreeMap<StepId, String> {
    let events = entries.iter().flat_map(|entry| &entry.events);
    let failed = events.filter_map(|event| match event {
        Event::Failed { step, fault } => Some((plan.steps.get(step.0 as usize)?, fault)),
        _ => None,
    });
    failed.map(|(step, fault)| (step.id, format!("{}: {}", progress::wanted(step), fault.message))).collect()
}

/// Why a drill did not pass: what failed in it, and what would stand in the way of a failover.
fn reasons(done: &Done, failover: Option<Duration>) -> Vec<String> {
    let failures = done.failures.iter().map(|line| line.trim().trim_start_matches("✗ ").to_owned());
    let stopped = done.stopped.then(|| "it was stopped before its end".to_owned());
    let of_plan = &done.plan;
    let guards = report::failover::stops(of_plan);
    let guards = guards.into_iter().map(|guard| format!("guard {}: {}", guard.name, guard.seen));
    let refused = of_plan.refused.iter().map(|refused| format!("{}: {}", refused.object, refused.reason));
    let rto = of_plan.failover.as_ref().and_then(|failover| failover.rto).map(Duration::from_secs);
    let late = match (failover, rto) {
        (Some(foretold), Some(rto)) if foretold > rto => Some(format!(
            "a failover is foretold to take {} s, and rto is {} s",
            foretold.as_secs(),
            rto.as_secs()
        )),
        _ => None,
    };
    failures.chain(stopped).chain(guards).chain(refused).chain(late).collect()
}

fn conclude(pair: &Address, plan: &Plan, last: &LastDrill) -> Result<ExitCode, Failure> {
    let rto = plan.failover.as_ref().and_then(|failover| failover.rto);
    let rto = rto.map_or_else(String::new, |rto| format!("; rto is {rto} s"));
    let foretold = last.failover.map_or_else(String::new, |seconds| {
        format!("\nA failover is foretold to take {seconds} s, and what its applications take{rto}.")
    });
    let each = each(last);
    if last.passed {
        println!(
            "\nThe drill of {pair} passed in {} s, and nothing of it is left.{each}{foretold}",
            last.took
        );
        return Ok(ExitCode::SUCCESS);
    }
    let reasons: Vec<String> = last.reasons.iter().map(|reason| format!("\n  {reason}")).collect();
    Err(Failure::new(format!("the drill of {pair} did not pass:{}{each}{foretold}", reasons.concat()))
        .hint("the standby is not ready for the worst day: mend this, and run the drill again"))
}

/// What came of each replication, where there are several.
fn each(last: &LastDrill) -> String {
    let several = last.replications.iter().filter(|_| last.replications.len() > 1);
    let line = |(address, it): (&Address, &Rehearsed)| match it.passed {
        true => format!("\n  ✓ {address}: carried whole in {} s", it.took),
        false => format!("\n  ✗ {address}: not carried whole, see above"),
    };
    several.map(line).collect()
}
