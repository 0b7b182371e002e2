//! MirrorMaker's source task for one partition, its writer of offset syncs (`OffsetSyncWriter`), and Connect's commits.

use super::random::Random;
use super::source::{Place, Source};
use std::collections::VecDeque;

/// What the tasks have written: the target's log as offsets of the source, the offset syncs, and the connector's position.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub target: Vec<i64>,
    pub syncs: Vec<(i64, i64)>,
    pub committed: i64,
    /// Where on the target the last life that wrote anything began.
    pub last_life: i64,
    /// The source offset with which the lives began that wrote anything.
    pub lives: usize,
}

/// At most so many syncs in flight (`MAX_OUTSTANDING_OFFSET_SYNCS`), shared by the partitions of a task.
const IN_FLIGHT: usize = 10;

/// One life of a task.
#[derive(Debug)]
pub struct Task {
    lag_max: i64,
    /// How often, in percent, the other partitions of the task leave no room for a sync.
    crowded: u64,
    position: i64,
    /// Sent, not acknowledged: offsets on both sides, none on the target if a transformation dropped it.
    sent: VecDeque<(i64, Option<i64>)>,
    /// The position after the last record that was acknowledged.
    acknowledged: i64,
    wrote: bool,
    // `PartitionState`.
    previous_upstream: i64,
    previous_downstream: i64,
    last_sync_downstream: i64,
    delayed: Option<(i64, i64)>,
    pending: Option<(i64, i64)>,
    in_flight: VecDeque<(i64, i64)>,
}

impl Task {
    pub fn start(world: &World, lag_max: i64, crowded: u64) -> Self {
        Self {
            lag_max,
            crowded,
            position: world.committed,
            sent: VecDeque::new(),
            acknowledged: world.committed,
            wrote: false,
            previous_upstream: -1,
            previous_downstream: -1,
            last_sync_downstream: -1,
            delayed: None,
            pending: None,
            in_flight: VecDeque::new(),
        }
    }

    /// Carries the next record, if there is one. Says whether there was.
    pub fn carry(&mut self, source: &Source, world: &mut World) -> bool {
        self.position = self.position.max(source.start);
        while self.position < source.end() {
            let offset = self.position;
            self.position += 1;
            match source.at(offset) {
                Place::Nothing => {}
                Place::Filtered => {
                    self.sent.push_back((offset, None));
                    return true;
                }
                Place::Record { .. } => {
                    let downstream = world.target.len() as i64;
                    if !self.wrote {
                        (self.wrote, world.last_life) = (true, downstream);
                        world.lives += 1;
                    }
                    world.target.push(offset);
                    self.sent.push_back((offset, Some(downstream)));
                    return true;
                }
            }
        }
        false
    }

    /// Takes the acknowledgement of the oldest record that was sent (`commitRecord`).
    pub fn acknowledge(&mut self, world: &mut World, random: &mut Random) {
        let Some((upstream, downstream)) = self.sent.pop_front() else { return };
        self.acknowledged = upstream + 1;
        let Some(downstream) = downstream else { return };
        if self.update(upstream, downstream) {
            self.delayed = None;
            self.pending = Some((upstream, downstream));
        } else {
            self.delayed = Some((upstream, downstream));
        }
        self.fire(world, random);
    }

    /// `PartitionState.update`: whether a sync is due at once.
    fn update(&mut self, upstream: i64, downstream: i64) -> bool {
        let due = self.last_sync_downstream == -1
            || downstream - (self.last_sync_downstream + 1) >= self.lag_max
            || upstream - self.previous_upstream != 1
            || downstream < self.previous_downstream;
        if due {
            self.last_sync_downstream = downstream;
        }
        self.previous_upstream = upstream;
        self.previous_downstream = downstream;
        due
    }

    /// `firePendingOffsetSyncs`, and some of those in flight arrive.
    fn fire(&mut self, world: &mut World, random: &mut Random) {
        while !self.in_flight.is_empty() && random.happens(50) {
            world.syncs.extend(self.in_flight.pop_front());
        }
        if self.in_flight.len() < IN_FLIGHT && !random.happens(self.crowded) {
            self.in_flight.extend(self.pending.take());
        }
    }

    /// Connect's commit: the position, then the task's `commit()`, which promotes the delayed sync.
    pub fn commit(&mut self, world: &mut World, random: &mut Random) {
        world.committed = self.acknowledged.max(world.committed);
        if let Some(delayed) = self.delayed.take() {
            self.pending = Some(delayed);
        }
        self.fire(world, random);
    }

    /// The worker is killed: what was in flight arrived or not.
    pub fn die(mut self, world: &mut World, random: &mut Random) {
        while !self.in_flight.is_empty() && random.happens(70) {
            world.syncs.extend(self.in_flight.pop_front());
        }
    }

    /// An orderly end: all is acknowledged and committed; what is in flight arrives, what is pending only if there is room.
    pub fn end(mut self, world: &mut World, random: &mut Random) {
        while !self.sent.is_empty() {
            self.acknowledge(world, random);
        }
        self.commit(world, random);
        world.syncs.extend(self.in_flight.drain(..));
    }
}
