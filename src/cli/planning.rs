//! From the current folder to a plan: what `plan`, `apply` and `destroy` have in common.

use super::Failure;
use super::flags::PlanFlags;
use super::workspace::Workspace;
use crate::estate::{Estate, Observed};
use crate::observe::{observe, queries, remembered};
use crate::plan::{Finding, Options, Plan, PlanKind, Severity, plan};
use crate::policy::{check, ignore};
use crate::provider::Live;
use crate::state::State;
use std::time::{Duration, Instant};

/// A plan and all that it was made from.
pub(super) struct Planned {
    pub observed: Observed,
    pub state: State,
    pub plan: Plan,
    pub world: Live,
    /// How long the world took to answer; absent if it was not asked.
    pub read: Option<Duration>,
}

/// What a plan is made from.
pub(super) struct Sources {
    pub estate: Estate,
    pub observed: Observed,
    pub state: State,
    pub world: Live,
    pub read: Option<Duration>,
}

impl Sources {
    /// Loads the state and the configuration, and reads the world.
    pub async fn read(workspace: &Workspace, flags: &PlanFlags) -> Result<Self, Failure> {
        let state = workspace.load_state().await?;
        let estate = flags.configuration.load(state.actives())?.estate;
        let world = Live::new(&estate);
        let queries = queries(&estate, &state.resources);
        let started = Instant::now();
        let (observed, read) = if flags.refresh {
            (observe(&world, &queries).await, Some(started.elapsed()))
        } else {
            (remembered(&state.resources, &queries), None)
        };
        tracing::info!(queries = queries.len(), took = ?started.elapsed(), refresh = flags.refresh, "world read");
        Ok(Self { estate, observed, state, world, read })
    }

    /// Makes the plan, with its findings.
    pub fn plan(self, flags: &PlanFlags, kind: PlanKind) -> Result<Planned, Failure> {
        let options = Options { kind, targets: flags.target.clone(), replace: flags.replace.clone() };
        let mut plan = plan(&self.estate, &self.observed, &self.state, &options)?;
        let mut findings = check(&plan, &self.estate, &self.observed);
        ignore(&mut findings, &flags.ignore);
        plan.set_findings(findings);
        let Self { observed, state, world, read, .. } = self;
        Ok(Planned { observed, state, plan, world, read })
    }
}

/// What keeps a plan from being applied, in a sentence.
pub(super) fn obstacles(plan: &Plan) -> Option<String> {
    let is_error = |finding: &&Finding| finding.severity == Severity::Error && finding.ignored.is_none();
    let errors = plan.findings.iter().filter(is_error).count();
    let count = |number: usize, noun: &str| match number {
        0 => None,
        1 => Some(format!("1 {noun}")),
        _ => Some(format!("{number} {noun}s")),
    };
    let obstacles =
        [count(plan.refused.len(), "impossible change"), count(errors, "finding of severity error")];
    let obstacles: Vec<String> = obstacles.into_iter().flatten().collect();
    (!obstacles.is_empty()).then(|| format!("the plan can't be applied: {}", obstacles.join(" and ")))
}
