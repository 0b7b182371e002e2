//! The recipe that empties a standby and lets all be carried to it anew.

use super::{Cook, Drafted};
use crate::estate::{Fence, FenceMethod, Task};
use crate::plan::{Step, StepId};
use crate::runbook::Sources;
use crate::runbook::moving::Moving;

/// What the standby holds counts no more: it is emptied, and all is carried to it from the beginning.
pub(in crate::runbook) fn rebuild(sources: &Sources<'_>, moving: &Moving) -> Drafted {
    let mut cook = Cook::new(sources, moving);
    cook.stop_what_carries_back();
    cook.fence();
    cook.empty();
    cook.make_anew();
    cook.switched = cook.waves.number();
    cook.carry_all();
    cook.done()
}

impl Cook<'_> {
    /// A flow that writes to the standby already would make its topics anew.
    fn stop_what_carries_back(&mut self) {
        self.waves.open("stop the mirror");
        for step in self.moving.emptying.stops() {
            self.waves.push(step);
        }
    }

    /// Deletes the standby's copies, and how far its connectors had come. The first of it is the line: what is deleted can't be
    /// brought back, and nothing may go on from the cut-over.
    fn empty(&mut self) {
        let Some(old) = self.sources.old_side() else { return };
        let (pair, cluster) = (self.sources.pair.clone(), old.clone());
        self.waves.open(format!("count {} out", old.name));
        let replications =
            self.sources.now.replications_of(&pair).map(|(address, _)| address.clone()).collect();
        // Where a mirror writes, ends move until it has stopped; nobody else may write there since the roles changed.
        let is_mirrored_to = !self.moving.emptying.stops().is_empty();
        let held = self.sources.held.filter(|_| !is_mirrored_to);
        let topics = held.into_iter().flat_map(|held| &held.topics);
        let ends = topics.filter_map(|(name, topic)| Some((name.clone(), topic.end()?))).collect();
        let renounce = Task::Renounce { pair: pair.clone(), cluster, replications, ends };
        self.no_return = Some(self.waves.task(&pair, renounce, &[]));
        self.waves.open(format!("empty {}", old.name));
        let connectors: Vec<StepId> =
            (self.moving.emptying.connectors.iter()).map(|(_, step)| self.waves.push(step.clone())).collect();
        for (_, step) in &self.moving.emptying.topics {
            self.waves.push(Step { after: connectors.clone(), ..step.clone() });
        }
    }

    /// Makes the standby's topics as they are declared. The fence by `max.message.bytes` has gone with the old ones, and a
    /// client that has stayed would write to the new ones.
    fn make_anew(&mut self) {
        let Some(old) = self.sources.old_side() else { return };
        self.waves.open(format!("make topics on {}", old.name));
        self.take(&self.moving.made);
        let is_limit = |fence: &Fence| matches!(fence.method, FenceMethod::MaxMessageBytes);
        let mut last = self.waves.reached();
        if self.sources.fence().is_some_and(|(_, fence)| is_limit(fence)) {
            let quiet = Task::AwaitQuiet { cluster: old.clone(), topics: self.sources.topics() };
            last = vec![self.waves.task(self.fence_address(), quiet, &last)];
        }
        self.settle_fence(old, &last);
    }

    /// The flow begins at the beginning, and is waited for: a failover that came sooner would keep clients out for as long.
    fn carry_all(&mut self) {
        self.waves.open("let records flow back");
        self.take(&self.moving.back);
        self.waves.open("see all carried");
        for route in self.sources.routes() {
            let address = route.replication.clone();
            self.waves.task(&address, Task::AwaitCarried { route: Box::new(route) }, &[]);
        }
    }
}
