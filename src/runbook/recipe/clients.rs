//! Stopping and starting applications, looking for their clients, and telling who leads them.

use super::{CLIENTS_SECONDS, Cook};
use crate::estate::{Address, Application, Hook, Occasion, Resource, Task};
use crate::plan::{StepId, Undo};
use std::collections::BTreeSet;

impl<'a> Cook<'a> {
    pub(super) fn applications(&self) -> Vec<(&'a Address, &'a Application)> {
        let named = self.sources.policy().map(|policy| policy.applications.as_slice()).unwrap_or_default();
        let declared = |address: &'a Address| match &self.sources.now.resources.get(address)?.resource {
            Resource::Application(application) => Some((address, application)),
            _ => None,
        };
        named.iter().filter_map(declared).collect()
    }

    pub(super) fn stop_applications(&mut self) {
        self.waves.open("stop applications");
        for (address, application) in self.applications() {
            let Some(hook) = &application.stop else { continue };
            let step = self.call(address, Occasion::Stop, hook);
            if application.start.is_none() {
                let name = &address.name;
                let why = format!("{name} declares no start: start it by hand");
                self.waves.undo(step, Undo::ByHand(why));
                self.notes.push(format!("{name} is stopped and declares no start: start it by hand, behind the failover or an abort"));
            }
        }
    }

    pub(super) fn start_applications(&mut self) {
        self.waves.open("start applications");
        let mut last = Vec::new();
        for (address, application) in self.applications() {
            if let Some(hook) = &application.start
                && !self.was_called(Occasion::Start, address)
            {
                last.push(self.call(address, Occasion::Start, hook));
            }
        }
        self.reached = self.waves.reached();
        let Some(new) = self.sources.new_side() else { return };
        if self.sources.is_written {
            let (cluster, seconds) = (new.clone(), CLIENTS_SECONDS);
            let topics =
                self.sources.flows.iter().flat_map(|(flow, _)| flow.topics.values().cloned()).collect();
            let task = Task::AwaitWriters { cluster, topics, seconds };
            let step = self.waves.task(self.sources.pair, task, &last);
            self.waves.optional(step);
        }
        let groups = self.expected_groups();
        if !groups.is_empty() {
            let task = Task::AwaitMembers { cluster: new.clone(), groups, seconds: CLIENTS_SECONDS };
            let step = self.waves.task(self.sources.pair, task, &last);
            self.waves.optional(step);
        }
    }

    /// The groups that somebody read with before, or that belong to an application that is started.
    fn expected_groups(&self) -> BTreeSet<String> {
        let known = self.sources.groups();
        let started = self.applications().into_iter().filter(|(_, application)| application.start.is_some());
        let started: BTreeSet<&String> = started.flat_map(|(_, application)| &application.groups).collect();
        let was_read = |name: &String| {
            self.sources.flows.iter().any(|(flow, _)| {
                flow.group(&flow.source, name).ok().flatten().is_some_and(|group| group.members > 0)
            })
        };
        known.into_iter().filter(|name| started.contains(name) || was_read(name)).collect()
    }

    /// Whether the run that it goes on from has called a hook.
    pub(super) fn was_called(&self, occasion: Occasion, owner: &Address) -> bool {
        self.sources.begun.is_some_and(|begun| begun.was_called(occasion, owner))
    }

    pub(super) fn call(&mut self, owner: &Address, occasion: Occasion, hook: &Hook) -> StepId {
        let seconds = hook.timeout.as_secs();
        let cluster = match occasion {
            Occasion::Start | Occasion::Drill | Occasion::Lift => self.sources.new_side(),
            Occasion::Stop | Occasion::Fence => self.sources.old_side(),
        };
        let (pair, cluster) = (Some(self.sources.pair.clone()), cluster.cloned());
        let task = Task::Call { owner: owner.clone(), occasion, seconds, pair, cluster };
        self.waves.task(owner, task, &[])
    }

    /// Where no name leads them, clients have to be told.
    pub(super) fn say_who_leads_clients(&mut self) {
        if !self.moving.names.is_empty() || self.sources.has_moved() {
            return;
        }
        let told = self.applications().into_iter().filter(|(_, application)| application.start.is_some());
        let told: Vec<&str> = told.map(|(address, _)| address.name.as_str()).collect();
        self.notes.push(match &told[..] {
            [] => "no dns_record or file follows the pair, and no application has a start hook: tell clients where to go".into(),
            told => format!(
                "no dns_record or file follows the pair: start hooks tell clients where to go ({})",
                told.join(", ")
            ),
        });
    }
}
