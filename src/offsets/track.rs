//! The offset syncs of one partition, in the order of the target's log.

mod block;
mod hidden;
mod points;

use block::Block;
use hidden::Hidden;
pub(super) use points::Points;

/// One record's offsets on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sync {
    /// On the source.
    pub upstream: i64,
    /// On the target.
    pub downstream: i64,
}

/// The syncs of one partition.
///
/// They are kept in the order of the target's log, which is the order in which records were carried, and in which each
/// task writes its syncs. A sync that stands *before* its predecessor on the target says that the target's log was made anew
/// or cut: everything known until then is void, and forgotten.
#[derive(Debug, Clone, Default)]
pub struct Track {
    blocks: Vec<Block>,
    deltas: Vec<u8>,
    last: Option<Sync>,
    count: usize,
    first_time: Option<i64>,
    last_time: Option<i64>,
    voided: usize,
    hidden: Hidden,
}

impl Track {
    /// Takes in the next sync of the topic, written at `time` (milliseconds since 1970).
    pub fn push(&mut self, sync: Sync, time: Option<i64>) {
        if self.last == Some(sync) {
            return;
        }
        if self.last.is_some_and(|last| sync.downstream <= last.downstream) {
            *self = Self { voided: self.voided + self.count, ..Self::default() };
        }
        let hidden = self.hidden.after(self.last, sync);
        match (self.blocks.last_mut(), self.last) {
            (Some(block), Some(last)) if !block.is_full() => block.push(&mut self.deltas, last, sync),
            _ => self.blocks.push(Block::new(sync, self.deltas.len(), self.hidden, self.blocks.last())),
        }
        if let Some(last) = self.last {
            self.note(last, sync);
        }
        self.hidden = hidden;
        self.last = Some(sync);
        self.count += 1;
        self.first_time = self.first_time.or(time);
        self.last_time = time.or(self.last_time);
    }

    /// How many syncs it holds.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether it holds none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The last sync.
    pub const fn last(&self) -> Option<Sync> {
        self.last
    }

    /// When the first and the last of the syncs were written, in milliseconds since 1970.
    pub const fn times(&self) -> (Option<i64>, Option<i64>) {
        (self.first_time, self.last_time)
    }

    /// How many syncs were forgotten because the target's log was made anew or cut after them.
    pub const fn voided(&self) -> usize {
        self.voided
    }

    /// All syncs, in the order of the target's log.
    pub fn iter(&self) -> impl Iterator<Item = Sync> {
        self.blocks.iter().flat_map(|block| block.decode(&self.deltas))
    }

    /// How many bytes it takes, about.
    pub fn bytes(&self) -> usize {
        self.blocks.capacity() * size_of::<Block>() + self.deltas.capacity()
    }

    /// Notes the span between two neighbouring syncs.
    fn note(&mut self, last: Sync, sync: Sync) {
        let (width, back) = (sync.downstream - last.downstream, self.back(last, sync));
        let broken = width > sync.upstream - last.upstream;
        if let Some(block) = self.blocks.last_mut() {
            block.note(width, back, broken.then(|| Self::carried_again(sync, back)));
        }
    }

    /// How far back on the target a restart between two neighbouring syncs can reach: no record that was carried again
    /// between them has its former copy at or before this offset, if the task came as far as its predecessor.
    ///
    /// Let w be the width of the span, p the record that the task began with and b where it wrote it. If the sync at the
    /// span's end is ahead of the one before on the source, the former copy of its record lies behind the one before (or
    /// there is none), and from p's former copy up to there, as from b to the span's end, there are at most w entries.
    /// If it went backwards, its former copy lies behind the last sync at or below it, and again p's at most w before.
    fn back(&self, last: Sync, sync: Sync) -> i64 {
        let copy = if sync.upstream > last.upstream { last.downstream } else { self.former(sync) };
        copy.saturating_sub(sync.downstream - last.downstream)
    }

    /// How many records a restart before a sync carried again at most, if it reaches so far back.
    fn carried_again(sync: Sync, back: i64) -> i64 {
        sync.downstream - back.max(0) - 1
    }

    /// Where the last sync before this one stands that lies at or below it on the source; far before all, if none does.
    fn former(&self, sync: Sync) -> i64 {
        let at_or_below = |block: &Block| {
            let before = block.decode(&self.deltas).filter(|other| other.downstream < sync.downstream);
            before.filter(|other| other.upstream <= sync.upstream).last()
        };
        let blocks = self.blocks.iter().rev().filter(|block| block.lowest <= sync.upstream);
        blocks.filter_map(at_or_below).next().map_or(i64::MIN / 2, |former| former.downstream)
    }
}
