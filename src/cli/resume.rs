//! `leeward resume`.

use super::Failure;
use super::approve::{Word, check_words, give_words, reason};
use super::configuration::Configuration;
use super::flags::LockFlags;
use super::running::{conclude, execute};
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::estate::{Address, Estate};
use crate::plan::{PlanKind, StepId};
use crate::provider::{Live, LiveRecords};
use crate::run::{Event, Run, Waiver, WithoutError, World, may_be_waived, needing};
use std::collections::BTreeSet;
use std::process::ExitCode;

/// Takes up a run that was stopped, killed, or failed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Steps that were begun and have no result are looked at first: what is done already is not done again.

Examples:
  leeward resume 7f3a
  leeward resume 7f3a -skip 12=\"billing was stopped by hand\"
  leeward resume 7f3a -without-old-side \"hangzhou burns\"     the roles have changed, and the old side died since")]
pub struct Resume {
    /// The run, or the beginning of its id; `leeward runs` lists them.
    #[arg(value_name = "RUN")]
    run: String,
    #[command(flatten)]
    configuration: Configuration,
    #[command(flatten)]
    lock: LockFlags,
    /// How many steps run at once.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    parallelism: u16,
    /// Takes a step for done that waits, looks or calls a hook, with a reason that is kept; may be given several times.
    #[arg(long, value_name = "STEP=REASON", value_parser = waiver)]
    skip: Vec<Waiver>,
    /// Behind the change of roles, leaves out what needs the side that was active before, and says why: nothing flows back until
    /// `leeward failback` brings it back.
    #[arg(long, value_name = "REASON", value_parser = reason)]
    without_old_side: Option<String>,
    /// Gives your word for a step that waits for it, as `leeward approve` does; may be given several times.
    #[arg(long, value_name = "NAME=REASON")]
    approve: Vec<Word>,
}

impl Resume {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        block_on(async {
            let workspace = Workspace::open()?;
            let held = workspace.lock("resume", &self.lock).await?;
            let code = self.go_on(&workspace).await;
            // What went wrong under the lock is worth more than what goes wrong with the lock.
            let unlocked = workspace.unlock(held).await;
            code.and_then(|code| unlocked.map(|()| code))
        })
    }

    async fn go_on(&self, workspace: &Workspace) -> Result<ExitCode, Failure> {
        let runs = workspace.runs();
        let run = runs.recover(&runs.find(&self.run)?)?.run;
        if run.is_finished() {
            println!("Run {} is finished: nothing is left to do.", run.id);
            return Ok(ExitCode::SUCCESS);
        }
        refuse_aborted(&run)?;
        super::drill::refuse(&run)?;
        for waiver in &self.skip {
            may_be_waived(&run.plan, &run.progress, waiver.step)?;
        }
        check_words(&self.approve, &run.plan)?;
        let state = workspace.load_state().await?;
        let estate = self.configuration.load(state.actives())?.estate;
        let mut waivers = self.skip.clone();
        if let Some(reason) = &self.without_old_side {
            waivers.extend(left_out(&run, &estate, reason)?);
        }
        give_words(&self.approve, &runs, &run.id)?;
        if estate.digest != run.plan.based_on.config {
            eprintln!(
                "note: the configuration has changed since; the run goes on with its own plan, and reaches the \
                 world as the configuration says now"
            );
        }
        let (objects, records) = (Live::new(&estate), LiveRecords::new(&estate));
        let world = World { objects: &objects, records: &records };
        let done = execute(run, state, world, workspace, self.parallelism, waivers).await?;
        conclude(&done)
    }
}

/// What is left out because it needs the side that was active before.
fn left_out(run: &Run, estate: &Estate, reason: &str) -> Result<Vec<Waiver>, Failure> {
    let Some(failover) = &run.plan.failover else {
        let failure = Failure::new(format!("run {} is no failover of one pair", run.id));
        return Err(match &run.plan.in_waves {
            Some(several) => failure.hint(format!(
                "of several, wherever each of them stands: leeward failover run -continue-unplanned {} -confirm-lost {}",
                run.id, several.policy.name
            )),
            None => failure,
        });
    };
    let old = &failover.from.cluster;
    let attached = estate.connects().filter(|(_, connect)| connect.cluster == *old);
    let places: BTreeSet<Address> =
        attached.map(|(address, _)| address.clone()).chain([old.clone()]).collect();
    let steps = needing(&run.plan, &run.progress, &places).map_err(|error| {
        let failure = Failure::new(format!("run {} can't go on without {}: {error}", run.id, old.name));
        let (run, pair) = (&run.id, &failover.pair.name);
        match error {
            WithoutError::NotPlanned => failure,
            WithoutError::BeforeTheLine => {
                failure.hint(format!("leeward failover run -continue-unplanned {run} -confirm-lost {pair}"))
            }
        }
    })?;
    let name = &old.name;
    println!(
        "{name} is left alone: nothing flows to it before `leeward failback run {}`.",
        failover.pair.name
    );
    let reason = format!("{name} is lost: {reason}");
    Ok(steps.into_iter().map(|step| Waiver { step, reason: reason.clone() }).collect())
}

fn refuse_aborted(run: &Run) -> Result<(), Failure> {
    if run.plan.kind == PlanKind::Abort && run.past.is_empty() {
        return Err(Failure::new(format!("run {} has begun nothing yet", run.id))
            .hint("it would take another run back: `leeward abort` that one again"));
    }
    let id = &run.id;
    if let Some(by) = run.superseded() {
        return Err(Failure::new(format!("run {by} goes on from run {id}, which can't be taken up again"))
            .hint(format!("`leeward resume {by}` takes that up; if it was never begun, `leeward failover run -continue-unplanned {id}`")));
    }
    let Some(Event::Aborted { by, .. }) = run.aborted() else { return Ok(()) };
    let failure = Failure::new(format!("run {id} was given up, and can't be taken up again"));
    Err(match by {
        Some(by) => failure.hint(format!("run {by} takes it back; `leeward runs` says how it stands")),
        None => failure.hint("make a new plan"),
    })
}

/// Reads `12=billing was stopped by hand`.
fn waiver(text: &str) -> Result<Waiver, String> {
    let (step, why) = text.split_once('=').ok_or("write it as STEP=REASON")?;
    let step = step.trim().parse().map_err(|_| "a step is named by its number, as the failure says it")?;
    Ok(Waiver { step: StepId(step), reason: reason(why)? })
}
