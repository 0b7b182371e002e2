//! The plan of a failover.

use super::{Sources, foretold, guards, moving, recipe};
use crate::plan::{ActiveSide, Failover, Plan, PlanError, PlanKind, Recipe, active_sides, basis};

/// The plan of a change of roles, or of the return of a side that was dead.
///
/// Pure: the same sources give the same plan. What does not hold stands in the plan as a guard that stops it.
///
/// # Errors
/// The estate's resources depend on each other.
pub fn failover(sources: &Sources<'_>) -> Result<Plan, PlanError> {
    let moving = moving::moving(sources)?;
    let guards = guards::guards(sources, &moving);
    let drafted = match sources.recipe {
        Recipe::Planned => recipe::planned(sources, &moving),
        Recipe::Unplanned => recipe::unplanned(sources, &moving),
        Recipe::Reprotect => recipe::reprotect(sources, &moving),
    };
    let no_return = drafted.no_return;
    let mut notes = drafted.notes;
    if moving.drift > 0 {
        notes.push(format!(
            "{} other changes are pending that have nothing to do with it; the next apply makes them",
            moving.drift
        ));
    }
    let (waves, steps) = drafted.waves.into_parts();
    let side = |estate: &crate::estate::Estate| {
        let pair = estate.pair(sources.pair);
        let side = pair.map(|pair| pair.active).unwrap_or_default();
        let cluster = pair.map_or_else(|| sources.pair.clone(), |pair| pair.cluster(side).clone());
        ActiveSide { side, cluster }
    };
    let epoch = sources.state.epoch(sources.pair);
    let policy = sources.policy();
    let seconds = |duration: Option<std::time::Duration>| duration.map(|duration| duration.as_secs());
    let failover = Failover {
        pair: sources.pair.clone(),
        recipe: sources.recipe,
        from: side(sources.now),
        to: side(sources.then),
        epoch: if sources.recipe == Recipe::Reprotect { epoch } else { epoch + 1 },
        waves,
        no_return,
        guards,
        groups: foretold::groups(sources),
        loss: foretold::loss(sources),
        notes,
        rto: seconds(policy.and_then(|policy| policy.rto)),
        rpo: seconds(policy.and_then(|policy| policy.rpo)),
    };
    let plan = Plan {
        format: Plan::FORMAT,
        id: String::new(),
        kind: PlanKind::Failover,
        based_on: basis(sources.now, sources.observed, sources.state),
        active: active_sides(sources.now),
        steps,
        unchanged: Vec::new(),
        deferred: moving.deferred,
        refused: moving.refused,
        remembered: Vec::new(),
        forgotten: Vec::new(),
        findings: Vec::new(),
        outputs: moving.outputs,
        targets: Vec::new(),
        failover: Some(Box::new(failover)),
    };
    Ok(plan.identified())
}
