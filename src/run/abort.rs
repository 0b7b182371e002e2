//! Taking back what a run did.

use super::{Progress, Status};
use crate::estate::Task;
use crate::plan::{Action, Basis, Expect, Failover, Plan, PlanKind, Step, StepId, Undo};
use crate::state::State;
use std::collections::BTreeSet;

/// What takes back what a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abort {
    /// The steps that take back what has an opposite, each after those that take back what was built on it.
    pub plan: Plan,
    /// Steps of `plan` that take back what may never have come about: they are to be taken for begun, so that the world
    /// is looked at first.
    pub doubtful: Vec<StepId>,
    /// What stays as it is.
    pub left: Vec<Left>,
}

/// Something that a run did and that is not taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The step that did it.
    pub step: StepId,
    /// Why it stays.
    pub why: String,
}

/// Why a run can't be taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AbortError {
    /// The roles have changed: clients are, or may be, on the other side.
    #[error("step {step} is done, and behind it nothing is taken back: {what}")]
    NoReturn {
        /// The step behind which nothing is taken back.
        step: StepId,
        /// What it did.
        what: String,
    },
    /// It takes back another run itself.
    #[error("the run takes back another one itself")]
    IsAbort,
}

/// What takes back a run that stands so. The state is the one that knows all that the run did.
///
/// Of what depends on one another the last is taken back first; steps without an opposite hand that order on. A step that
/// was begun and is not done may have had its effect or a part of it, and is taken back too. Of several pairs those that are
/// behind their points of no return stay as they are.
///
/// # Errors
/// The run is behind its point of no return, or takes back another one.
pub fn abort(plan: &Plan, progress: &Progress, state: &State) -> Result<Abort, AbortError> {
    if plan.kind == PlanKind::Abort {
        return Err(AbortError::IsAbort);
    }
    let behind = Behind::of(plan, progress);
    if let Some(step) = behind.lines.first().filter(|_| !behind.others_begun) {
        return Err(AbortError::NoReturn { step: step.id, what: what(step) });
    }
    let (steps, doubtful) = opposites(plan, progress, &behind);
    let plan_of = Plan {
        kind: PlanKind::Abort,
        based_on: basis(plan, state),
        steps,
        unchanged: Vec::new(),
        deferred: Vec::new(),
        refused: Vec::new(),
        remembered: Vec::new(),
        forgotten: Vec::new(),
        findings: Vec::new(),
        outputs: std::collections::BTreeMap::new(),
        targets: Vec::new(),
        failover: None,
        in_waves: None,
        ..plan.clone()
    };
    Ok(Abort { plan: plan_of.identified(), doubtful, left: left(plan, progress, &behind) })
}

/// The failovers of a plan that are behind their lines: their steps stay. A plan of one is behind it as a whole.
struct Behind<'a> {
    failovers: Vec<&'a Failover>,
    /// The steps behind which nothing is taken back, of those that are done.
    lines: Vec<&'a Step>,
    /// Whether something of another failover was begun.
    others_begun: bool,
}

impl<'a> Behind<'a> {
    fn of(plan: &'a Plan, progress: &Progress) -> Self {
        let is_done = |step: &&Step| progress.status(step.id) == Some(Status::Done);
        let mut behind = Self { failovers: Vec::new(), lines: Vec::new(), others_begun: false };
        for failover in plan.failovers() {
            let line = failover.no_return.and_then(|id| plan.steps.get(id.0 as usize));
            if let Some(line) = line.filter(is_done) {
                behind.failovers.push(failover);
                behind.lines.push(line);
            }
        }
        if plan.recipe().is_none() {
            let is_line = |step: &&Step| matches!(step.action, Action::Task(Task::SetActive { .. }));
            behind.lines.extend(plan.steps.iter().filter(is_line).find(is_done));
        }
        let begun = plan.steps.iter().filter(|step| was_begun(progress.status(step.id)));
        behind.others_begun = plan.in_waves.is_some() && begun.into_iter().any(|step| !behind.has(step));
        behind
    }

    /// Whether a step stays because its failover is behind its line.
    fn has(&self, step: &Step) -> bool {
        self.failovers.iter().any(|failover| failover.has(step))
    }

    /// What stays of each failover, and what of it is not done.
    fn left(&self, plan: &Plan, progress: &Progress) -> Vec<Left> {
        let of = |(failover, line): (&&Failover, &&Step)| {
            let open = plan.steps_of(failover).filter(|step| progress.status(step.id) != Some(Status::Done));
            let rest = match open.count() {
                0 => String::new(),
                open => {
                    format!("; {open} of its steps are not done, and `leeward plan` shows what is missing")
                }
            };
            let Failover { pair, to, .. } = failover;
            Left {
                step: line.id,
                why: format!(
                    "{} is behind its point of no return and stays on {}{rest}; the way back is `leeward failback run {}`",
                    pair, to.cluster.name, pair.name
                ),
            }
        };
        self.failovers.iter().zip(&self.lines).map(of).collect()
    }
}

fn what(step: &Step) -> String {
    match &step.action {
        Action::Task(task) => task.to_string(),
        _ => step.address.to_string(),
    }
}

fn basis(plan: &Plan, state: &State) -> Basis {
    let epochs = plan.based_on.epochs.keys().map(|pair| (pair.clone(), state.epoch(pair)));
    Basis {
        lineage: state.lineage.clone(),
        serial: state.serial,
        epochs: epochs.collect(),
        ..plan.based_on.clone()
    }
}

/// Whether a step has, or may have, had an effect.
fn was_begun(status: Option<Status>) -> bool {
    status.is_some_and(|status| status == Status::Done || status.attempts() > 0)
}

/// The opposites of all that was done, and those of them that are doubtful.
fn opposites(plan: &Plan, progress: &Progress, behind: &Behind<'_>) -> (Vec<Step>, Vec<StepId>) {
    let (mut steps, mut doubtful) = (Vec::new(), Vec::new());
    // By step of the run: the opposites that have to come before its own.
    let mut before: Vec<BTreeSet<StepId>> = vec![BTreeSet::new(); plan.steps.len()];
    for step in plan.steps.iter().rev() {
        let own = std::mem::take(&mut before[step.id.0 as usize]);
        let opposite = match &step.undo {
            Undo::Inverse(action) if was_begun(progress.status(step.id)) && !behind.has(step) => Some(action),
            _ => None,
        };
        let handed_on = match opposite {
            Some(action) => {
                let id = StepId(u32::try_from(steps.len()).unwrap_or(u32::MAX));
                if progress.status(step.id) != Some(Status::Done) {
                    doubtful.push(id);
                }
                steps.push(opposite_step(step, id, own, action));
                BTreeSet::from([id])
            }
            None => own,
        };
        for need in &step.after {
            before[need.0 as usize].extend(&handed_on);
        }
    }
    (steps, doubtful)
}

fn opposite_step(step: &Step, id: StepId, after: BTreeSet<StepId>, action: &Action) -> Step {
    let expect = match action {
        Action::Create(_) => Expect::Absent,
        Action::Update { from, .. }
        | Action::Replace { from, .. }
        | Action::Adopt { from, .. }
        | Action::Delete { from } => Expect::Present(from.clone()),
        Action::Forget | Action::Task(_) => Expect::Anything,
    };
    let is_task = matches!(action, Action::Task(_));
    Step {
        id,
        object: step.object.clone().filter(|_| !is_task),
        after: after.into_iter().collect(),
        expect,
        action: action.clone(),
        undo: Undo::Nothing,
        wave: 0,
        optional: false,
        reason: Some(format!("takes back step {} of the run", step.id)),
        ..step.clone()
    }
}

fn left(plan: &Plan, progress: &Progress, behind: &Behind<'_>) -> Vec<Left> {
    let begun = plan.steps.iter().filter(|step| was_begun(progress.status(step.id)) && !behind.has(step));
    let why = |step: &Step| match &step.undo {
        Undo::ByHand(why) => Some(Left { step: step.id, why: why.clone() }),
        Undo::Inverse(_) | Undo::Nothing => None,
    };
    let stays = if plan.in_waves.is_some() { behind.left(plan, progress) } else { Vec::new() };
    begun.filter_map(why).chain(stays).collect()
}
