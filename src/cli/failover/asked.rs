//! What a failover is asked for, and from there to its plan.

use super::reading::{Part, both, refuse_prefixed};
use super::target::Target;
use crate::cli::Failure;
use crate::cli::configuration::Configuration;
use crate::cli::planning::Planned;
use crate::cli::workspace::Workspace;
use crate::estate::{Address, Estate, GUARDS, Observed, Side};
use crate::observe::observe;
use crate::plan::{Plan, PlanError, Recipe};
use crate::provider::{Live, LiveRecords};
use crate::runbook::{Asker, Begun, Several, failover, in_waves};
use crate::state::{State, host};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

/// What a failover is asked for.
#[derive(Debug, Clone, Default, clap::Args)]
pub(in crate::cli) struct Asked {
    /// Goes on without a guard, with a reason that is kept; of one pair of several as PAIR/NAME=REASON. May be given several
    /// times.
    #[arg(long = "override", value_name = "NAME=REASON")]
    pub overrides: Vec<String>,
    /// The folder that holds the records that stand on a standby alone, which is to be rebuilt.
    #[arg(skip)]
    pub exported: Option<PathBuf>,
}

/// What is known once all is read.
pub(in crate::cli) struct Read {
    pub target: Target,
    pub planned: Planned,
}

/// A guard that is overridden.
struct Override {
    /// The pair; none for all of them.
    pair: Option<Address>,
    name: String,
    reason: String,
}

impl Asked {
    /// Reads the world and makes the plan for what a person means by a name, be it a pair or a policy of several; these go
    /// `to` one side.
    pub(in crate::cli) async fn plan_named(
        &self,
        workspace: &Workspace,
        configuration: &Configuration,
        name: Option<&str>,
        to: Option<Side>,
        recipe: Recipe,
    ) -> Result<Read, Failure> {
        let state = workspace.load_state().await?;
        let now = configuration.load(state.actives())?.estate;
        let target = Target::named(&now, name)?.towards(&now, to)?;
        let planned = self.plan_of(workspace, configuration, (state, now), &target, recipe).await?;
        Ok(Read { target, planned })
    }

    /// Reads the world, for all pairs at once, and makes the plan.
    pub(in crate::cli) async fn plan_of(
        &self,
        workspace: &Workspace,
        configuration: &Configuration,
        from: (State, Estate),
        target: &Target,
        recipe: Recipe,
    ) -> Result<Planned, Failure> {
        self.plan_after(workspace, configuration, from, target, (recipe, &BTreeMap::new())).await
    }

    /// The same, with what a planned failover has done of each pair that this one goes on from.
    pub(super) async fn plan_after(
        &self,
        workspace: &Workspace,
        configuration: &Configuration,
        (state, now): (State, Estate),
        target: &Target,
        (recipe, begun): (Recipe, &BTreeMap<Address, Begun>),
    ) -> Result<Planned, Failure> {
        let overrides = self.overrides(target)?;
        let has_moved = |pair: &Address| begun.get(pair).is_some_and(Begun::has_moved);
        let flipped = |pairs: &[&Address]| -> Result<Estate, Failure> {
            if pairs.is_empty() { Ok(now.clone()) } else { configuration.flipped(&state, &now, pairs) }
        };
        let stays = |pair: &Address| recipe.restores_standby() || has_moved(pair);
        let behind = |pairs: &[&Address]| {
            flipped(&pairs.iter().copied().filter(|pair| !stays(pair)).collect::<Vec<_>>())
        };
        let mut parts = Vec::new();
        for pair in target.pairs() {
            refuse_prefixed(&now, pair)?;
            let mut part = Part::new(pair, recipe, behind(&[pair])?, of_pair(&overrides, pair));
            part.begun = begun.get(pair).cloned();
            part.before = has_moved(pair).then(|| flipped(&[pair])).transpose()?;
            part.exported.clone_from(&self.exported);
            parts.push(part);
        }
        let all: Vec<&Address> = target.pairs().collect();
        let then = if let [part] = &parts[..] { part.then.clone() } else { behind(&all)? };
        let started = Instant::now();
        let (world, records) = (Live::new(&now), LiveRecords::new(&now));
        let before = parts.iter().filter_map(|part| part.before.as_ref());
        let others = parts.iter().map(|part| &part.then).chain(before).chain([&then]);
        let asked = both(&now, others, &state);
        let flows = parts.iter_mut().map(|part| part.read_flows(&world, &records, &now, &state));
        let (observed, _) = futures::join!(observe(&world, &asked), futures::future::join_all(flows));
        let looks = parts.iter_mut().map(|part| part.look(&world, &now));
        futures::future::join_all(looks).await;
        for part in &mut parts {
            part.look_at_standby(&world, &records, &now, &state).await?;
        }
        parts.iter_mut().for_each(|part| part.sight(workspace, &state));
        let read = started.elapsed();
        let asker = Asker { host: host(), took: read };
        let about = About { now: &now, then: &then, state: &state, asker: &asker, observed: &observed };
        let plan = about.plan(target, &parts)?;
        let read = Some(read);
        Ok(Planned { observed, state, plan, world, records, read })
    }

    /// Guards that are overridden, with the reasons.
    fn overrides(&self, target: &Target) -> Result<Vec<Override>, Failure> {
        let all = || GUARDS.map(|guard| guard.name).join(", ");
        let mut overrides = Vec::new();
        for text in &self.overrides {
            let Some((name, reason)) = text.split_once('=').filter(|(_, reason)| !reason.trim().is_empty())
            else {
                return Err(Failure::new(format!("-override {text} gives no reason"))
                    .hint(format!("write -override NAME=REASON; guards are {}", all())));
            };
            let (pair, name) = match name.rsplit_once('/') {
                Some((pair, name)) => (Some(one_of(target, pair)?), name),
                None => (None, name),
            };
            if !GUARDS.iter().any(|known| known.name == name) {
                return Err(
                    Failure::new(format!("there is no guard {name}")).hint(format!("guards are {}", all()))
                );
            }
            overrides.push(Override { pair, name: name.to_owned(), reason: reason.trim().to_owned() });
        }
        Ok(overrides)
    }
}

/// The pair of the target that is called so.
fn one_of(target: &Target, name: &str) -> Result<Address, Failure> {
    let found = target.pairs().find(|pair| pair.name == name || pair.to_string() == name);
    found.cloned().ok_or_else(|| {
        let pairs: Vec<String> = target.pairs().map(|pair| pair.name.clone()).collect();
        Failure::new(format!("-override {name}/…: {name} does not fail over here"))
            .hint(format!("what fails over is {}", pairs.join(", ")))
    })
}

fn of_pair(overrides: &[Override], pair: &Address) -> BTreeMap<String, String> {
    let own = overrides.iter().filter(|it| it.pair.as_ref().is_none_or(|of| of == pair));
    own.map(|it| (it.name.clone(), it.reason.clone())).collect()
}

/// What all pairs have in common.
pub(super) struct About<'a> {
    pub now: &'a Estate,
    pub then: &'a Estate,
    pub state: &'a State,
    pub asker: &'a Asker,
    pub observed: &'a Observed,
}

impl About<'_> {
    fn plan(&self, target: &Target, parts: &[Part]) -> Result<Plan, PlanError> {
        let Self { now, then, state, observed, .. } = *self;
        let Some(policy) = &target.policy else {
            return match parts {
                [part, ..] => failover(&part.sources(self)),
                [] => unreachable!("a target has a pair"),
            };
        };
        let (mut rest, mut waves) = (parts.iter(), Vec::new());
        for wave in &target.waves {
            let of_wave = rest.by_ref().take(wave.len());
            waves.push(of_wave.map(|part| part.sources(self)).collect());
        }
        let rto = now.failover_policies().find(|(address, _)| *address == policy).and_then(|(_, it)| it.rto);
        in_waves(&Several { policy, rto, now, then, state, observed, waves })
    }
}
