//! What becomes of the mirror towards the side that takes over.

use super::{Begun, Cook};
use crate::estate::{Address, Task};
use crate::plan::{Action, Step};
use std::time::Duration;

impl Cook<'_> {
    /// Stops the connectors. Of a dead source only the one that carries records is waited for: what it would still write
    /// must not come behind the snapshot.
    pub(super) fn stop_mirror(&mut self, source_lost: bool) {
        self.waves.open("stop the mirror");
        let carriers: Vec<_> =
            self.sources.routes().into_iter().filter_map(|route| route.connector).collect();
        let steps: Vec<Step> = (self.moving.stopped.iter())
            .filter(|step| match &step.action {
                Action::Task(Task::SetConnectorState { connector, .. }) => {
                    !source_lost || carriers.contains(connector)
                }
                _ => false,
            })
            .cloned()
            .collect();
        self.take(&steps);
    }

    /// What sets groups by itself can't be waited for to be stopped, but to leave those alone that were set.
    pub(super) fn await_sync_idle(&mut self) {
        // The run that it goes on from has stopped the mirror before it looked where logs end.
        if self.sources.begun.is_some_and(Begun::has_snapshot) {
            return;
        }
        self.waves.open("see groups left alone");
        for route in self.sources.routes() {
            let is_synced = route.connector.is_some() && !route.groups.is_empty();
            if let Some(interval) = self.sync_interval(&route.replication).filter(|_| is_synced) {
                let address = route.replication.clone();
                let task = Task::AwaitSyncIdle { route: Box::new(route), seconds: interval.as_secs().max(1) };
                self.waves.task(&address, task, &[]);
            }
        }
    }

    /// How often MirrorMaker sets the groups of a replication by itself, if it does.
    fn sync_interval(&self, replication: &Address) -> Option<Duration> {
        let mut of_pair = self.sources.now.replications_of(self.sources.pair);
        of_pair.find(|(address, _)| *address == replication)?.1.mirror_maker.group_sync()
    }

    /// Stops the connectors that are left behind this wave, when the source is dead. Nothing waits for them but what deletes
    /// them: a checkpoint task asks a dead source for one group after the other before it looks whether it is to stop. Not before
    /// groups are set, for which Connect has to answer.
    pub(super) fn stop_the_rest(&mut self, left: usize) {
        self.waves.open_after("stop the rest of the mirror", left);
        let rest: Vec<Step> =
            self.moving.stopped.iter().filter(|step| !self.numbers.contains_key(&step.id)).cloned().collect();
        self.take(&rest);
        self.waves.all_optional();
    }
}
