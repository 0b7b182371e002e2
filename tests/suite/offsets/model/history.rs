//! Histories: what happens to a topic, its mirror and its worker.

use super::random::Random;
use super::source::{Place, Sort, Source};
use super::task::{Task, World};
use leeward::offsets::Passed;
use std::collections::BTreeSet;

/// How a history ended, as leeward finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The worker was killed, or the mirror still runs.
    Open,
    /// The connector was stopped in order.
    InOrder,
    /// All was carried, and then stopped in order.
    Drained,
}

/// What may happen.
#[derive(Debug, Clone, Copy)]
pub struct Wild {
    pub sort: Sort,
    pub crashes: bool,
    pub retention: bool,
}

impl Wild {
    pub const PLAIN: Sort = Sort { transactions: false, compacted: false, filtered: false, alike: false };

    pub fn calm(sort: Sort) -> Self {
        Self { sort, crashes: false, retention: false }
    }

    pub fn any(random: &mut Random) -> Self {
        let sort = Sort {
            transactions: random.happens(40),
            compacted: random.happens(25),
            filtered: random.happens(20),
            alike: random.happens(20),
        };
        Self { sort, crashes: random.happens(80), retention: random.happens(10) }
    }
}

#[derive(Debug)]
pub struct History {
    pub source: Source,
    pub world: World,
    pub ending: Ending,
    pub wild: Wild,
    /// The connector's position as leeward read it: perhaps a while before the target's end.
    pub position: i64,
    /// The last offset of the source that compaction took there after it was carried and before that was committed, if it took
    /// any: a task that begins anew carries less again than the one before.
    pub thinned: Option<i64>,
    /// Offsets of the target that compaction has taken there.
    pub taken: BTreeSet<i64>,
}

impl History {
    /// The history of this name.
    pub fn of(wild: Wild, random: &mut Random) -> Self {
        let mut source = Source::new(wild.sort);
        let mut world = World::default();
        let lag_max = random.pick(&[1, 3, 10, 30]);
        let crowded = random.pick(&[0, 0, 30, 80, 95]);
        let flush = random.pick(&[2, 5, 20]);
        let slow = random.pick(&[20, 60, 95]);
        let mut task = Task::start(&world, lag_max, crowded);
        let steps = 40 + random.below(200);
        let looked = if random.happens(30) { steps - random.below(20) } else { steps };
        let (mut seen, mut thinned) = (None, None);
        for step in 0..steps {
            if step == looked {
                seen = Some(world.committed);
            }
            match random.below(100) {
                0..15 => source.append(1 + random.below(12), random),
                15..17 if wild.sort.compacted => {
                    let taken = source.compact(random.below(source.end() as u64 + 1) as i64, random);
                    let again = |at: &i64| *at >= world.committed && world.target.contains(at);
                    thinned = thinned.max(taken.into_iter().filter(again).max());
                }
                17 if wild.retention => {
                    source.start = source.start.max(random.below(source.end() as u64 + 1) as i64)
                }
                18..20 if wild.crashes => {
                    task.die(&mut world, random);
                    task = Task::start(&world, lag_max, crowded);
                }
                20 if wild.crashes => {
                    task.end(&mut world, random);
                    task = Task::start(&world, lag_max, crowded);
                }
                21..40 => (0..flush).for_each(|_| task.acknowledge(&mut world, random)),
                40..44 => task.commit(&mut world, random),
                44..90 => {
                    task.carry(&source, &mut world);
                    if random.happens(slow) {
                        task.acknowledge(&mut world, random);
                    }
                }
                _ => {}
            }
        }
        let ending = Self::finish(task, &source, &mut world, random);
        let position = seen.unwrap_or(world.committed);
        let mut history = Self { source, world, ending, wild, position, thinned, taken: BTreeSet::new() };
        if wild.sort.compacted && random.happens(50) {
            history.compact_target(random);
        }
        history
    }

    /// Takes entries of the target away whose key has a later entry before an offset: as far as the cleaner has come, no key
    /// stands twice.
    fn compact_target(&mut self, random: &mut Random) {
        let target = &self.world.target;
        let key = |at: usize| self.source.written[target[at] as usize].map(|(key, _)| key);
        let before = random.below(target.len() as u64 + 1) as usize;
        let superseded = |at: &usize| (at + 1..before).any(|later| key(later) == key(*at));
        let taken = (0..before).filter(superseded).map(|at| at as i64);
        self.taken = taken.collect();
    }

    /// What the connector has passed, as the source shows it: from an offset on.
    pub fn passed(&self, from: i64) -> Passed {
        let position = self.position;
        let from = from.max(self.source.start).min(position);
        let is_there = |at: &i64| matches!(self.source.at(*at), Place::Record { .. });
        Passed { position, offsets: (from..position).filter(is_there).collect() }
    }

    /// Whether the life that wrote the last record ended in order: nothing was carried beyond the position.
    pub fn in_order(&self) -> bool {
        let beyond =
            self.world.target[self.world.last_life as usize..].iter().any(|at| *at >= self.world.committed);
        self.ending != Ending::Open && self.position == self.world.committed && !beyond
    }

    fn finish(mut task: Task, source: &Source, world: &mut World, random: &mut Random) -> Ending {
        match random.below(4) {
            0 | 1 => {
                task.die(world, random);
                Ending::Open
            }
            2 => {
                task.end(world, random);
                Ending::InOrder
            }
            _ => {
                while task.carry(source, world) {}
                task.end(world, random);
                Ending::Drained
            }
        }
    }
}
