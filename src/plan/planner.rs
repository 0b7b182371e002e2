//! The steady planner: the difference between what is declared and what is there, as steps.

use super::connector::{self, Before};
use super::decide::{Change, Decision, decide};
use super::draft::{Draft, DraftId, Drafts};
use super::ending::{self, Ended};
use super::order::numbered;
use super::scope::Scope;
use super::waiting::Waiting;
use super::world::World;
use super::{
    Action, ActiveSide, Basis, Deferred, Forgotten, Options, Plan, PlanError, PlanKind, PlannedOutput,
    Refusal, Remembered, digest,
};
use crate::estate::{
    Address, Desired, Estate, Fault, Graph, Object, ObjectId, Observed, Output, Resource, Role, What, desired,
};
use crate::state::State;
use std::collections::{BTreeMap, HashMap};

/// The steps that take the world from `observed` to what the estate declares, or to nothing for a destroy.
///
/// Pure: the same arguments give the same plan. What could not be read is deferred, together with what needs it,
/// and the rest is planned. The findings are left to the policy.
///
/// # Errors
///
/// A target or an address to replace that means nothing; resources that depend on each other.
pub fn plan(
    estate: &Estate,
    observed: &Observed,
    state: &State,
    options: &Options,
) -> Result<Plan, PlanError> {
    let graph = Graph::of(estate);
    let order = graph.order()?;
    let scope = Scope::of(estate, &graph, state, options)?;
    let all = desired(estate);
    check_replace(options, &all)?;
    let is_destroy = options.kind == PlanKind::Destroy;
    let staying = all.iter().filter(|desired| !is_destroy || !scope.includes(&desired.address));
    let world = World::new(estate, observed, state, options, staying);
    let mut planner = Planner::new(&world);
    planner.end(&scope);
    if !is_destroy {
        let mut by_address: HashMap<&Address, Vec<&Desired>> = HashMap::new();
        for desired in all.iter().filter(|desired| scope.includes(&desired.address)) {
            by_address.entry(&desired.address).or_default().push(desired);
        }
        for address in &order {
            planner.resource(address, by_address.get(address).map(Vec::as_slice).unwrap_or_default());
        }
    }
    Ok(planner.finish(&order))
}

fn check_replace(options: &Options, all: &[Desired]) -> Result<(), PlanError> {
    let is_known = |named: &&Address| all.iter().any(|desired| named.covers(&desired.address));
    match options.replace.iter().find(|named| !is_known(named)) {
        Some(unknown) => Err(PlanError::UnknownReplace(unknown.clone())),
        None => Ok(()),
    }
}

struct Planner<'a> {
    world: &'a World<'a>,
    drafts: Drafts,
    ended: Ended<'a>,
    waiting: Waiting<'a>,
    unchanged: Vec<Address>,
    deferred: Vec<Deferred>,
    refused: Vec<Refusal>,
    remembered: Vec<Remembered>,
    forgotten: Vec<Forgotten>,
}

impl<'a> Planner<'a> {
    fn new(world: &'a World<'a>) -> Self {
        Self {
            world,
            drafts: Drafts::default(),
            ended: Ended::default(),
            waiting: Waiting::default(),
            unchanged: Vec::new(),
            deferred: Vec::new(),
            refused: Vec::new(),
            remembered: Vec::new(),
            forgotten: Vec::new(),
        }
    }

    /// Plans for what is owned and no longer desired.
    fn end(&mut self, scope: &Scope) {
        let outcome = ending::end(self.world, scope, &mut self.drafts);
        for (address, object, fault) in outcome.deferred {
            self.deferred.push(Deferred { address: address.clone(), object: object.clone(), fault });
        }
        for (address, object, reason) in outcome.refused {
            self.refuse(address, object, reason);
        }
        let forgotten = outcome.forgotten.into_iter();
        self.forgotten.extend(
            forgotten.map(|(address, object)| Forgotten { address: address.clone(), object: object.clone() }),
        );
        self.ended = outcome.ended;
    }

    /// Plans for one resource, after all that it refers to.
    fn resource(&mut self, address: &'a Address, objects: &[&'a Desired]) {
        let Some(declared) = self.world.declared(address) else { return };
        self.waiting.inherit(declared);
        let mut changes: Vec<(&Desired, Change)> = Vec::new();
        let mut is_unchanged = !objects.is_empty();
        let mut is_seen = true;
        for desired in objects {
            let decision = decide(self.world, desired);
            is_unchanged &= matches!(decision, Decision::Same(_));
            match self.held_back(desired, decision) {
                Decision::Same(owned) => self
                    .remembered
                    .extend(owned.map(|owned| Remembered { address: address.clone(), owned: *owned })),
                Decision::Change(change) => changes.push((desired, *change)),
                Decision::Refused(reason) => self.refuse(address, &desired.id, reason),
                Decision::Deferred(fault) => {
                    is_seen = false;
                    self.waiting.add(address, &desired.id, fault.kind);
                    self.deferred.push(Deferred {
                        address: address.clone(),
                        object: desired.id.clone(),
                        fault,
                    });
                }
            }
        }
        if is_unchanged {
            self.unchanged.push(address.clone());
        }
        for (desired, change) in changes {
            self.draft(desired, change, is_seen);
        }
        self.heartbeats_last(address);
    }

    /// Turns a change into a deferral if something that it needs could not be read.
    fn held_back(&self, desired: &'a Desired, decision: Decision) -> Decision {
        let Decision::Change(change) = decision else { return decision };
        match self.holds_back(desired) {
            Some(fault) => Decision::Deferred(fault),
            None => Decision::Change(change),
        }
    }

    fn holds_back(&self, desired: &'a Desired) -> Option<Fault> {
        if matches!(desired.id.what, What::RecordSet { .. }) {
            return self.waiting.any_fault(&desired.address);
        }
        let places = self.world.touched(&desired.id, &desired.object);
        if matches!(desired.id.what, What::Connector(_)) {
            if let Some(cluster) = self.world.unfenced(&desired.address) {
                return Some(pending_fence(cluster));
            }
            let lost = places.iter().find_map(|place| Some((place, self.world.lost(place)?)));
            if let Some((place, fault)) = lost {
                return Some(Fault::new(fault.kind, format!("waits for {place}: {}", fault.message)));
            }
            if let Some(object) = self.ended.stuck.get(&desired.address) {
                let message = format!("waits for the end of {object}, which could not be read");
                return Some(Fault::new(crate::estate::FaultKind::Unreachable, message));
            }
        }
        self.waiting.fault(&desired.address, &places)
    }

    fn draft(&mut self, desired: &Desired, change: Change, is_seen: bool) {
        if matches!(desired.object, Object::Connector(_)) {
            let ended = self.ended.connectors.get(&desired.address).map(Vec::as_slice).unwrap_or_default();
            let before = Before { ended, heartbeat: is_seen };
            return connector::draft(self.world, &mut self.drafts, desired, change, &before);
        }
        let Some(action) = change.action else { return };
        let is_made = !matches!(&action, Action::Adopt { fields, .. } if fields.is_empty());
        let after: Vec<DraftId> = desired.after.iter().filter_map(|id| self.drafts.main(id)).collect();
        let mut draft = Draft::of(desired, action).after(after);
        (draft.expect, draft.reason) = (change.expect, change.reason);
        let mut chain = vec![self.drafts.add_main(draft)];
        for task in desired.seen_by.iter().filter(|_| is_made) {
            chain = vec![self.drafts.add_forward(Draft::task(desired, task.clone()).after(chain))];
        }
    }

    /// A heartbeat arrives only once all connectors of the flow were started.
    fn heartbeats_last(&mut self, address: &Address) {
        use crate::estate::Task::{AwaitHeartbeat, SetConnectorState};
        let Some(own) = self.drafts.of_resource.get(address) else { return };
        let steps = &mut self.drafts.steps;
        let is = |steps: &[Draft], id: DraftId, wanted: fn(&Action) -> bool| wanted(&steps[id].action);
        let starts: Vec<DraftId> = (own.iter().copied())
            .filter(|id| is(steps, *id, |action| matches!(action, Action::Task(SetConnectorState { .. }))))
            .collect();
        for id in own {
            if is(steps, *id, |action| matches!(action, Action::Task(AwaitHeartbeat { .. }))) {
                steps[*id].after.extend(&starts);
            }
        }
    }

    fn refuse(&mut self, address: &Address, object: &ObjectId, reason: String) {
        let position = self.world.declared(address).map(|declared| declared.position.clone());
        self.refused.push(Refusal { address: address.clone(), object: object.clone(), position, reason });
    }

    fn finish(mut self, order: &[Address]) -> Plan {
        let world = self.world;
        self.unchanged.sort();
        self.deferred.sort_by(|a, b| (&a.address, &a.object).cmp(&(&b.address, &b.object)));
        self.refused.sort_by(|a, b| (&a.address, &a.object).cmp(&(&b.address, &b.object)));
        self.remembered.sort_by(|a, b| (&a.address, &a.owned.id).cmp(&(&b.address, &b.owned.id)));
        let plan = Plan {
            format: Plan::FORMAT,
            id: String::new(),
            kind: world.options.kind,
            based_on: basis(world.estate, world.observed, world.state),
            active: active_sides(world.estate),
            steps: numbered(world.estate, order, self.drafts),
            unchanged: self.unchanged,
            deferred: self.deferred,
            refused: self.refused,
            remembered: self.remembered,
            forgotten: self.forgotten,
            findings: Vec::new(),
            outputs: outputs(world.estate),
            targets: world.options.targets.clone(),
            failover: None,
            in_waves: None,
        };
        digest::identified(plan)
    }
}

fn pending_fence(cluster: &Address) -> Fault {
    let message = format!("{} may still take writes: it could not be fenced at the failover", cluster.name);
    Fault::new(crate::estate::FaultKind::Conflict, message)
        .hint("leeward failback plan shows what is to be done once it answers again")
}

/// What a plan of these is based on; two plans with the same basis are about the same things.
pub fn basis(estate: &Estate, observed: &Observed, state: &State) -> Basis {
    let pairs = estate.of_kind(crate::estate::Kind::Pair);
    Basis {
        config: estate.digest.clone(),
        lineage: state.lineage.clone(),
        serial: state.serial,
        epochs: pairs.map(|pair| (pair.address.clone(), state.epoch(&pair.address))).collect(),
        observed_at: observed.at,
    }
}

/// Which side of each pair is active.
pub fn active_sides(estate: &Estate) -> BTreeMap<Address, ActiveSide> {
    let pairs = estate.resources.values().filter_map(|declared| match &declared.resource {
        Resource::Pair(pair) => Some((&declared.address, pair)),
        _ => None,
    });
    let active = |pair: &crate::estate::Pair| ActiveSide {
        side: pair.active,
        cluster: pair.with_role(Role::Active).clone(),
    };
    pairs.map(|(address, pair)| (address.clone(), active(pair))).collect()
}

fn outputs(estate: &Estate) -> BTreeMap<String, PlannedOutput> {
    let planned = |output: &Output| match output {
        Output::Plain(value) => PlannedOutput::Plain(value.clone()),
        Output::Sensitive(_) => PlannedOutput::Sensitive,
    };
    estate.outputs.iter().map(|(name, output)| (name.clone(), planned(output))).collect()
}
