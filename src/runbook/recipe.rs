//! The recipes: which steps, in which waves.

mod clients;
mod mirror;
mod rebuild;

use super::moving::{Moving, answers};
use super::waves::Waves;
use super::{Begun, Sources, names};
use crate::estate::{Address, ConnectorState, Fence, FenceMethod, Hook, Occasion, Route, Side, Task};
use crate::plan::{Action, Recipe, Step, StepId, Undo};
pub(super) use rebuild::rebuild;
use std::collections::BTreeMap;

/// How long clients are looked for on the side that has become active.
const CLIENTS_SECONDS: u64 = 30;

/// A recipe that was followed.
pub(super) struct Drafted {
    pub waves: Waves,
    /// The step behind which nothing is taken back.
    pub no_return: Option<StepId>,
    /// The last steps before clients can work on the new side: names lead there, and applications were started.
    pub reached: Vec<StepId>,
    /// What is left for later, or has to be done beside it.
    pub notes: Vec<String>,
}

/// Both sides answer, and nothing may be lost: whoever writes is stopped, all is carried, groups are translated, and only
/// then the roles change.
pub(super) fn planned(sources: &Sources<'_>, moving: &Moving) -> Drafted {
    let mut cook = Cook::new(sources, moving);
    cook.stop_applications();
    cook.fence();
    cook.drain();
    cook.leave_groups();
    cook.stop_mirror(false);
    cook.snapshot();
    cook.commit_groups(false);
    cook.approvals();
    let ready = cook.waves.filled();
    cook.switch(ready);
    cook.start_applications();
    cook.flow_back();
    cook.done()
}

/// The active side is taken for dead: no step waits for it.
pub(super) fn unplanned(sources: &Sources<'_>, moving: &Moving) -> Drafted {
    let mut cook = Cook::new(sources, moving);
    if sources.has_moved() {
        cook.leave_fence();
    } else {
        cook.leave();
    }
    cook.tell_of_sync();
    let ready = cook.waves.filled();
    cook.stop_the_rest();
    cook.switch(ready);
    cook.start_applications();
    cook.tidy();
    cook.done()
}

/// A side that was dead has returned: it takes no writes any more, which is proven, and is mirrored to from where the logs
/// parted.
pub(super) fn reprotect(sources: &Sources<'_>, moving: &Moving) -> Drafted {
    let mut cook = Cook::new(sources, moving);
    if !cook.is_mirrored_to() {
        cook.fence();
    }
    // Nothing may be mirrored to a side before it is seen to take no writes.
    cook.switched = cook.waves.number();
    cook.flow_back();
    let (old, name) = (sources.old_side().map_or("", |old| &old.name), &sources.pair.name);
    cook.notes.push(format!(
        "what {old} took and never handed on stays in its logs: leeward tail list {name} shows it"
    ));
    cook.done()
}

/// Puts a plan together.
struct Cook<'a> {
    sources: &'a Sources<'a>,
    moving: &'a Moving,
    waves: Waves,
    /// Numbers of the steady planner's steps, and what they are here.
    numbers: BTreeMap<StepId, StepId>,
    /// The number of the wave in which the roles have changed and names lead to the new side.
    switched: usize,
    no_return: Option<StepId>,
    reached: Vec<StepId>,
    notes: Vec<String>,
}

impl<'a> Cook<'a> {
    fn new(sources: &'a Sources<'a>, moving: &'a Moving) -> Self {
        Self {
            sources,
            moving,
            waves: Waves::default(),
            numbers: BTreeMap::new(),
            switched: 0,
            no_return: None,
            reached: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn done(self) -> Drafted {
        Drafted { waves: self.waves, no_return: self.no_return, reached: self.reached, notes: self.notes }
    }

    /// All that comes before the roles of a pair change whose active side is dead.
    fn leave(&mut self) {
        self.approvals();
        self.fence_if_it_answers();
        let fenced = self.waves.filled();
        self.stop_mirror(true);
        // Not after the mirror has stopped: that takes seconds with a dead source, and nothing comes from there. What a source
        // that lives all the same hands on meanwhile travels back to it once more.
        if self.sources.begun.is_none_or(|begun| !begun.has_snapshot()) {
            self.snapshot_after(fenced);
        }
        self.commit_groups(true);
    }

    fn take(&mut self, steps: &[Step]) {
        self.waves.take(steps, &mut self.numbers);
    }

    /// Keeps writers off the side that stops taking writes, and proves it.
    fn fence(&mut self) {
        let Some(old) = self.sources.old_side() else { return };
        self.waves.open(format!("fence {}", old.name));
        self.put_up_fence(old);
        let topics = self.sources.topics();
        let after = self.waves.so_far();
        let quiet = Task::AwaitQuiet { cluster: old.clone(), topics };
        let quiet = self.waves.task(self.fence_address(), quiet, &after);
        if self.sources.recipe != Recipe::Rebuild {
            self.settle_fence(old, &[quiet]);
        }
    }

    fn settle_fence(&mut self, old: &Address, after: &[StepId]) {
        if self.is_pending(old) {
            let settle = Task::SettleFence { pair: self.sources.pair.clone(), cluster: old.clone() };
            self.waves.task(self.fence_address(), settle, after);
        }
    }

    fn is_pending(&self, cluster: &Address) -> bool {
        let pair = self.sources.state.pairs.get(self.sources.pair);
        pair.is_some_and(|pair| pair.pending_fences.contains(cluster))
    }

    /// Whether records flow to the standby already. It was fenced when the roles changed, and now takes what the mirror writes:
    /// that it stands still can't be seen, and a fence would refuse the mirror.
    fn is_mirrored_to(&self) -> bool {
        let runs = |route: &Route| {
            let connector = route.connector.as_ref().and_then(|connector| self.sources.connector(connector));
            connector.is_some_and(|connector| connector.state == ConnectorState::Running)
        };
        let is_pending = self.sources.old_side().is_some_and(|old| self.is_pending(old));
        self.sources.recipe == Recipe::Reprotect && !is_pending && self.sources.routes().iter().any(runs)
    }

    fn fence_address(&self) -> &'a Address {
        self.sources.fence().map_or(self.sources.pair, |(address, _)| address)
    }

    fn put_up_fence(&mut self, old: &Address) {
        self.take(&self.moving.withdrawn);
        let Some((address, fence)) = self.sources.fence() else {
            return self.notes.push(format!("no fence is declared: nothing keeps writers off {}", old.name));
        };
        match &fence.method {
            FenceMethod::MaxMessageBytes => {
                let task = Task::RefuseWrites { cluster: old.clone(), topics: self.sources.limits.clone() };
                self.waves.task(address, task, &[]);
            }
            FenceMethod::Hook(hook) => self.fence_by_hook(old, (address, fence), hook),
            FenceMethod::Access => {}
            FenceMethod::None => {
                self.notes.push(format!("the fence is \"none\": nothing keeps writers off {}", old.name));
            }
        }
    }

    /// Calls the user's hook, unless the run that this one goes on from has; if there is one that takes the fence down, that is
    /// its opposite.
    fn fence_by_hook(&mut self, old: &Address, (address, fence): (&Address, &Fence), hook: &Hook) {
        if self.sources.begun.is_some_and(Begun::fence_was_called) {
            return;
        }
        let up = self.call(address, Occasion::Fence, hook);
        if let Some(lift) = &fence.lift {
            let (owner, seconds) = (address.clone(), lift.timeout.as_secs());
            let (pair, cluster) = (Some(self.sources.pair.clone()), Some(old.clone()));
            let task = Task::Call { owner, occasion: Occasion::Lift, seconds, pair, cluster };
            self.waves.undo(up, Undo::Inverse(Box::new(Action::Task(task))));
        }
    }

    /// The side that becomes active may have been fenced by a hook when it was left.
    fn lift_fence(&mut self) {
        let Some((address, Fence { method: FenceMethod::Hook(_), lift, .. })) = self.sources.fence() else {
            return;
        };
        match (lift, self.sources.new_side()) {
            (Some(_), _) if self.was_called(Occasion::Lift, address) => {}
            (Some(lift), _) => drop(self.call(address, Occasion::Lift, lift)),
            (None, Some(new)) if self.sources.state.epoch(self.sources.pair) > 0 => self.notes.push(format!(
                "{address} has no `lift`: if its hook has fenced {}, let clients write there by hand",
                new.name
            )),
            (None, _) => {}
        }
    }

    /// A side that is taken for dead is fenced where it can be: by a hook of the user's, or by grants if it answers after
    /// all. What can't be done now is pending, and blocks its return.
    fn fence_if_it_answers(&mut self) {
        let Some(old) = self.sources.old_side() else { return };
        self.waves.open(format!("fence {} as far as it can be", old.name));
        if answers(self.sources.observed, old) {
            self.put_up_fence(old);
        } else if let Some((address, fence)) = self.sources.fence()
            && let FenceMethod::Hook(hook) = &fence.method
        {
            self.fence_by_hook(old, (address, fence), hook);
        }
        self.waves.all_optional();
        if !self.is_fenced_already(old) {
            let (pair, cluster) = (self.sources.pair.clone(), old.clone());
            self.waves.task(self.sources.pair, Task::DeferFence { pair, cluster }, &[]);
        }
    }

    /// Whether the run that it goes on from has fenced the side, and seen it to take no more writes.
    fn is_fenced_already(&mut self, old: &Address) -> bool {
        let Some(begun) = self.sources.continued().filter(|begun| begun.is_fenced) else { return false };
        let (old, run) = (&old.name, begun.run);
        match self.sources.fence().map(|(_, fence)| &fence.method) {
            // Nobody may begin to mirror to that side before a failback has taken this down.
            Some(FenceMethod::MaxMessageBytes) => {
                self.notes.push(format!(
                    "{old} takes no writes since run {run} fenced it; that fence refuses the mirror as well, and stays pending until a \
                     failback takes it down"
                ));
                false
            }
            _ => {
                self.notes.push(format!(
                    "{old} takes no writes since run {run} fenced it: its fence is not pending"
                ));
                true
            }
        }
    }

    /// The roles have changed with the run that it goes on from, which has seen the side take no more writes. Only a fence that
    /// refuses the mirror as well has still to be taken down there.
    fn leave_fence(&mut self) {
        let (Some(old), Some(begun)) = (self.sources.old_side(), self.sources.continued()) else { return };
        self.notes
            .push(format!("the roles have changed with run {}: what it did not come to is done", begun.run));
        let method = self.sources.fence().map(|(_, fence)| &fence.method);
        let is_up = self.sources.begun.is_some_and(|begun| !begun.is_open());
        if is_up && matches!(method, Some(FenceMethod::MaxMessageBytes)) {
            self.waves.open(format!("fence {} as far as it can be", old.name));
            let (pair, cluster) = (self.sources.pair.clone(), old.clone());
            self.waves.task(self.sources.pair, Task::DeferFence { pair, cluster }, &[]);
        }
    }

    fn drain(&mut self) {
        self.waves.open("drain");
        for route in self.sources.routes() {
            let address = route.replication.clone();
            self.waves.task(&address, Task::AwaitDrained { route: Box::new(route) }, &[]);
        }
    }

    fn leave_groups(&mut self) {
        self.waves.open("see consumers gone");
        let (Some(old), groups) = (self.sources.old_side(), self.sources.groups()) else { return };
        if !groups.is_empty() {
            let task = Task::AwaitGroupsEmpty { cluster: old.clone(), groups };
            self.waves.task(self.sources.pair, task, &[]);
        }
    }

    fn snapshot(&mut self) {
        let last = self.waves.number();
        self.snapshot_after(last);
    }

    fn snapshot_after(&mut self, wave: usize) {
        self.waves.open_after("note where all logs end", wave);
        let (pair, routes) = (self.sources.pair.clone(), self.sources.routes());
        self.waves.task(self.sources.pair, Task::TakeSnapshot { pair, routes }, &[]);
    }

    fn commit_groups(&mut self, source_lost: bool) {
        self.waves.open("set groups");
        let is_set = |route: &Route| {
            self.sources.begun.is_some_and(|begun| begun.groups(&route.replication).is_some())
        };
        let routes = self.sources.routes().into_iter();
        for route in routes.filter(|route| !route.groups.is_empty() && !is_set(route)).collect::<Vec<_>>() {
            let address = route.replication.clone();
            let lenient = source_lost || self.sources.overrides.contains_key("groups");
            let task = Task::CommitGroups { route: Box::new(route), source_lost, lenient };
            self.waves.task(&address, task, &[]);
        }
    }

    fn approvals(&mut self) {
        self.waves.open("approve");
        let policy = self.sources.policy();
        for (name, approval) in policy.into_iter().flat_map(|policy| &policy.approvals) {
            let seconds = approval.timeout.map(|timeout| timeout.as_secs());
            self.waves.task(self.sources.pair, Task::Approve { name: name.clone(), seconds }, &[]);
        }
    }

    /// The roles change behind this wave: from here on the way back is another failover.
    fn switch(&mut self, ready: usize) {
        let Some(then) = self.sources.then.pair(self.sources.pair) else { return };
        let side: Side = then.active;
        self.waves.open_after("change roles", ready);
        let epoch = self.sources.epoch_then();
        let task = Task::SetActive { pair: self.sources.pair.clone(), side, epoch };
        self.no_return = Some(self.waves.task(self.sources.pair, task, &[]));
        self.waves.open("let clients write");
        self.take(&self.moving.granted);
        self.lift_fence();
        let Some(new) = self.sources.new_side() else { return };
        if !self.sources.begun.is_some_and(Begun::is_proven) {
            let topic = names::canary(self.sources, epoch);
            let after = self.waves.so_far();
            let task = Task::Canary { cluster: new.clone(), topic, through: None };
            self.waves.task(self.sources.pair, task, &after);
        }
        self.waves.open("switch names");
        self.take(&self.moving.names);
        self.say_who_leads_clients();
        self.switched = self.waves.number();
        let said =
            names::lead_behind(self.sources, &mut self.waves, (&self.moving.names, &self.numbers), epoch);
        self.notes.extend(said);
    }

    /// Old connectors go, and records flow the other way: beside the applications' start, if nothing speaks against it.
    fn flow_back(&mut self) {
        match (self.sources.fence(), self.sources.old_side()) {
            // It refuses the mirror as well, and ends where the mirror begins: once clients were looked for.
            (Some((address, Fence { method: FenceMethod::MaxMessageBytes, .. })), Some(old))
                if !self.is_mirrored_to() =>
            {
                self.waves.open(format!("let the mirror write to {}", old.name));
                let topics = self.sources.limits.clone();
                let allowed = Task::AllowWrites { cluster: old.clone(), topics };
                let allowed = self.waves.task(address, allowed, &[]);
                // A client that has stayed would write there again, and nobody would carry it.
                let (cluster, topics) = (old.clone(), self.sources.topics());
                self.waves.task(address, Task::AwaitQuiet { cluster, topics }, &[allowed]);
                self.waves.open("let records flow back");
            }
            _ => self.waves.open_after("let records flow back", self.switched),
        }
        self.take(&self.moving.back);
    }

    /// With the old side dead, only what can be reached is put away.
    fn tidy(&mut self) {
        self.waves.open_after("put the old flow away", self.switched);
        let gone: Vec<Step> = (self.moving.back.iter())
            .filter(|step| matches!(step.action, Action::Delete { .. } | Action::Forget))
            .cloned()
            .collect();
        self.take(&gone);
        self.waves.all_optional();
        let Some(old) = self.sources.old_side() else { return };
        self.notes.push(format!(
            "{} is not mirrored to until it is back and its fence is proven: leeward failback plan {}",
            old.name, self.sources.pair.name
        ));
    }
}
