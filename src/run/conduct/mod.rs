//! Tasks that a run does itself, by reading and changing what a provider gives it: they span places, or need what the
//! state knows. Each is idempotent: done again it finds itself done.

mod canary;
mod drained;
mod entrance;
mod fence;
mod groups;
mod quiet;
mod rehearsal;
mod resolved;
mod snapshot;
mod sweep;
mod wait;
mod writers;

use crate::estate::{Evidence, Fault, Outcome, Snapshot, Start, Task};
use crate::run::World;
use crate::state::State;
use std::time::Duration;

/// What the state knows that a task needs.
#[derive(Debug, Default)]
pub(super) struct Memory {
    starts: Vec<Start>,
    snapshot: Option<Snapshot>,
}

impl Memory {
    /// What a task needs of the state.
    pub(super) fn of(task: &Task, state: &State) -> Self {
        match task {
            Task::CommitGroups { route, .. } | Task::ReadOn { route } => {
                let starts = state.starts.get(&route.replication).cloned().unwrap_or_default();
                Self { starts, snapshot: None }
            }
            Task::ContinueFromCutOver(on) => {
                let snapshot = state.pairs.get(&on.pair).and_then(|pair| pair.snapshot.clone());
                Self { starts: Vec::new(), snapshot }
            }
            _ => Self::default(),
        }
    }
}

/// How a task is done.
pub(super) struct Conduct<'a> {
    /// The world.
    pub world: World<'a>,
    /// What the state knows of it.
    pub memory: &'a Memory,
    /// How long to wait between two looks.
    pub pause: Duration,
    /// Hears how a wait stands.
    pub say: &'a (dyn Fn(String) + Send + Sync),
}

type Found = Result<Evidence, Fault>;

impl Conduct<'_> {
    /// Does one task.
    pub(super) async fn perform(&self, task: &Task) -> Outcome<Evidence> {
        let found = match task {
            // It is the state that changes, and it learns by the step being done.
            Task::SetActive { .. } | Task::DeferFence { .. } | Task::SettleFence { .. } => {
                Ok(Evidence::Nothing)
            }
            Task::Renounce { cluster, ends, .. } => self.renounce(cluster, ends).await,
            Task::RefuseWrites { cluster, topics } => self.refuse_writes(cluster, topics).await,
            Task::AllowWrites { cluster, topics } => self.allow_writes(cluster, topics).await,
            Task::AwaitQuiet { cluster, topics } => self.await_quiet(cluster, topics).await,
            Task::AwaitDrained { route } => self.await_drained(route).await,
            Task::AwaitCarried { route } => self.await_carried(route).await,
            Task::AwaitGroupsEmpty { cluster, groups } => self.await_groups_empty(cluster, groups).await,
            Task::AwaitMembers { cluster, groups, seconds } => {
                self.await_members(cluster, groups, Duration::from_secs(*seconds)).await
            }
            Task::AwaitWriters { cluster, topics, seconds } => {
                self.await_writers(cluster, topics, Duration::from_secs(*seconds)).await
            }
            Task::TakeSnapshot { routes, .. } => self.take_snapshot(routes).await,
            Task::CommitGroups { route, source_lost, lenient } => {
                self.commit_groups(route, *source_lost, *lenient).await
            }
            Task::ContinueFromCutOver(on) => self.continue_from_cut_over(on).await,
            Task::AwaitResolved { record, wanted, resolvers, seconds } => {
                self.await_resolved(record, wanted, resolvers, Duration::from_secs(*seconds)).await
            }
            Task::Canary { cluster, topic, through: None } => self.canary(cluster, topic).await,
            Task::Canary { cluster, topic, through: Some(entrance) } => {
                self.canary_through(cluster, topic, entrance).await
            }
            Task::WriteNumbered { cluster, topic, partitions, each } => {
                self.write_numbered(cluster, topic, *partitions, *each).await
            }
            Task::AwaitCopies { route } => self.await_copies(route).await,
            Task::ReadOn { route } => self.read_on(route).await,
            Task::Sweep { objects, .. } => self.sweep(objects).await,
            task => return self.world.objects.perform(task).await,
        };
        found.map_or_else(Outcome::Failed, Outcome::Done)
    }
}
