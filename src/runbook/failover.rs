//! The plan of a failover.

use super::moving::Moving;
use super::{Sources, drill, foretold, guards, moving, rebuild, recipe, signs};
use crate::estate::{Address, Estate, ObjectId, Observed};
use crate::plan::{
    ActiveSide, Deferred, Failover, Plan, PlanError, PlanKind, PlannedOutput, Recipe, Refusal, Step, StepId,
    active_sides, basis,
};
use crate::state::State;
use std::collections::BTreeMap;

/// The plan of a change of roles, or of the return of a side that was dead.
///
/// Pure: the same sources give the same plan. What does not hold stands in the plan as a guard that stops it.
///
/// # Errors
/// The estate's resources depend on each other.
pub fn failover(sources: &Sources<'_>) -> Result<Plan, PlanError> {
    let Child { failover, steps, refused, deferred, outputs, .. } = child(sources)?;
    let bare = bare(sources.now, sources.observed, sources.state, steps);
    let failover = Some(Box::new(failover));
    let plan = Plan { failover, refused, ..bare };
    // What could not be read stands in the way of a failover, not of its drill: a guard tells it.
    let is_drill = sources.recipe == Recipe::Drill;
    Ok(if is_drill { plan } else { Plan { deferred, outputs, ..plan } }.identified())
}

/// What is planned for one pair, be it alone or one of several.
pub(super) struct Child {
    pub failover: Failover,
    pub steps: Vec<Step>,
    /// The last steps before clients can work on the new side.
    pub reached: Vec<StepId>,
    /// What moves with the pair, and the resource that stands for it.
    pub moved: BTreeMap<ObjectId, Address>,
    pub refused: Vec<Refusal>,
    pub deferred: Vec<Deferred>,
    pub outputs: BTreeMap<String, PlannedOutput>,
}

/// Plans for one pair.
pub(super) fn child(sources: &Sources<'_>) -> Result<Child, PlanError> {
    let moving = moving::moving(sources)?;
    let guards = guards::guards(sources, &moving);
    let drafted = match sources.recipe {
        Recipe::Planned => recipe::planned(sources, &moving),
        Recipe::Unplanned => recipe::unplanned(sources, &moving),
        Recipe::Reprotect => recipe::reprotect(sources, &moving),
        Recipe::Rebuild => recipe::rebuild(sources, &moving),
        Recipe::Drill => drill::drill(sources),
    };
    let (no_return, reached) = (drafted.no_return, drafted.reached);
    let mut notes = drafted.notes;
    let unknown = foretold::unknown_groups(sources);
    if !unknown.is_empty() && sources.begun.is_none() {
        let names: Vec<&str> = unknown.into_iter().collect();
        notes.push(format!(
            "where {} stood is not known: the active side is silent, and no checkpoint of MirrorMaker has crossed; a group \
             without a position on the new side begins where its clients' auto.offset.reset says",
            names.join(", ")
        ));
    }
    if moving.drift > 0 && sources.recipe != Recipe::Drill {
        notes.push(format!(
            "{} other changes are pending that have nothing to do with it; the next apply makes them",
            moving.drift
        ));
    }
    let (waves, steps) = drafted.waves.into_parts();
    let epoch = sources.state.epoch(sources.pair);
    let stays = sources.recipe.restores_standby() || sources.recipe == Recipe::Drill;
    let policy = sources.policy();
    let seconds = |duration: Option<std::time::Duration>| duration.map(|duration| duration.as_secs());
    let failover = Failover {
        pair: sources.pair.clone(),
        recipe: sources.recipe,
        from: active_side(sources.now, sources.pair),
        to: active_side(sources.then, sources.pair),
        epoch: if stays { epoch } else { sources.epoch_then() },
        waves,
        before: 0,
        no_return,
        guards,
        groups: foretold::groups(sources),
        loss: foretold::loss(sources),
        signs: signs::signs(sources),
        continues: sources.continued(),
        emptied: rebuild::told(sources),
        notes,
        rto: seconds(policy.and_then(|policy| policy.rto)),
        rpo: seconds(policy.and_then(|policy| policy.rpo)),
    };
    let Moving { moved, refused, deferred, outputs, .. } = moving;
    Ok(Child { failover, steps, reached, moved, refused, deferred, outputs })
}

/// The side of a pair that is active in an estate.
pub(super) fn active_side(estate: &Estate, pair: &Address) -> ActiveSide {
    let declared = estate.pair(pair);
    let side = declared.map(|pair| pair.active).unwrap_or_default();
    let cluster = declared.map_or_else(|| pair.clone(), |pair| pair.cluster(side).clone());
    ActiveSide { side, cluster }
}

/// A plan of steps in waves, and of nothing else.
pub(super) fn bare(now: &Estate, observed: &Observed, state: &State, steps: Vec<Step>) -> Plan {
    Plan {
        format: Plan::FORMAT,
        id: String::new(),
        kind: PlanKind::Failover,
        based_on: basis(now, observed, state),
        active: active_sides(now),
        steps,
        unchanged: Vec::new(),
        deferred: Vec::new(),
        refused: Vec::new(),
        remembered: Vec::new(),
        forgotten: Vec::new(),
        findings: Vec::new(),
        outputs: BTreeMap::new(),
        targets: Vec::new(),
        failover: None,
        in_waves: None,
    }
}
