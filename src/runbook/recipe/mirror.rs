//! What becomes of the mirror towards the side that takes over.

use super::Cook;
use crate::estate::Task;
use crate::plan::{Action, Step};

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

    /// What sets groups by itself can't be seen stopped with a dead source: its task lives on for as long as it has groups to ask that
    /// source for, whatever Connect says of it.
    pub(super) fn tell_of_sync(&mut self) {
        let mut of_pair = self.sources.now.replications_of(self.sources.pair);
        if of_pair.any(|(_, replication)| replication.mirror_maker.sets_groups()) {
            self.notes.push(
                "MirrorMaker sets groups by itself (sync_group_offsets), for up to some minutes more: a group whose consumers come and \
                 go may be set back to its last checkpoint, and reads more again than is told"
                    .into(),
            );
        }
    }

    /// Stops the connectors that are left, when the source is dead. Nothing waits for them but what deletes
    /// them: a checkpoint task asks a dead source for one group after the other before it looks whether it is to stop. Not before
    /// groups are set, for which Connect has to answer.
    pub(super) fn stop_the_rest(&mut self) {
        self.waves.open("stop the rest of the mirror");
        let rest: Vec<Step> =
            self.moving.stopped.iter().filter(|step| !self.numbers.contains_key(&step.id)).cloned().collect();
        self.take(&rest);
        self.waves.all_optional();
    }
}
