//! What is true of a history.

use super::history::History;
use super::source::Place;
use leeward::offsets::{Entry, Window};
use std::collections::{BTreeMap, BTreeSet};

/// The true positions of a history.
pub struct Truth {
    /// By source offset that was carried, the offset of its last copy.
    last: BTreeMap<i64, i64>,
    /// Source offsets that are still owed: neither superseded nor gone by retention, where a group on the source would not
    /// get them either.
    owed: BTreeSet<i64>,
    end: i64,
    /// Whether the last record was carried for the first time: then the last life went further than any before.
    pub ends_new: bool,
}

impl Truth {
    pub fn of(history: &History) -> Self {
        let last: BTreeMap<i64, i64> =
            (0i64..).zip(&history.world.target).map(|(at, offset)| (*offset, at)).collect();
        let compacted =
            |offset: &i64| history.wild.sort.compacted && history.source.at(*offset) == Place::Nothing;
        let gone = |offset: &i64| compacted(offset) || *offset < history.source.start;
        // What compaction took on the target had a later record of its key behind it.
        let owed = last.iter().filter(|(offset, at)| !gone(offset) && !history.taken.contains(at));
        let owed = owed.map(|(offset, _)| *offset).collect();
        let (end, target) = (history.world.target.len(), &history.world.target);
        let ends_new = end > 0 && !target[..end - 1].contains(&target[end - 1]);
        Self { last, owed, end: end as i64, ends_new }
    }

    /// The smallest of the last copies of the records at or after a position: superseded ones counted.
    pub fn strict(&self, position: i64) -> i64 {
        self.last.range(position..).map(|(_, at)| *at).min().unwrap_or(self.end)
    }

    /// The same, of the records that are still owed.
    pub fn owed(&self, position: i64) -> i64 {
        self.last
            .range(position..)
            .filter(|(offset, _)| self.owed.contains(offset))
            .map(|(_, at)| *at)
            .min()
            .unwrap_or(self.end)
    }

    /// How many records a consumer that goes on at `offset` reads that it has read, or reads twice.
    pub fn duplicates(&self, history: &History, position: i64, offset: i64) -> i64 {
        let read = &history.world.target[offset as usize..];
        let read =
            (offset..).zip(read).filter(|(at, _)| !history.taken.contains(at)).map(|(_, source)| *source);
        let read: Vec<i64> = read.collect();
        let wanted: BTreeSet<i64> = read.iter().filter(|source| **source >= position).copied().collect();
        read.len() as i64 - wanted.len() as i64
    }
}

/// What a reader of the target sees.
pub fn window(history: &History, from: i64, to: i64) -> Window {
    let entry = |offset: i64| {
        let (_, digest) = history.source.written[history.world.target[offset as usize] as usize]?;
        (!history.taken.contains(&offset)).then_some(Entry { offset, digest })
    };
    Window { from, to, entries: (from..to).filter_map(entry).collect() }
}
