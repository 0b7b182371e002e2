//! How many records a former task may have carried further than its successors, unseen.

use super::Sync;

/// The state of a scan over a track's points, as of one of them.
///
/// A task that dies may have carried records beyond its last sync: a *tail*. They stand between that sync and the next
/// point of the target's log, so the tail is shorter than this span is wide. As long as the successors have not carried the
/// tail again, its only copies lie before their syncs, and an answer behind those syncs would skip it.
///
/// Successors carry the records of the tail again, in order, each point at a new highest source offset is one of them or
/// lies beyond them: so what may still be missing shrinks by one with each such point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::offsets) struct Hidden {
    /// The highest source offset so far.
    pub(in crate::offsets) top: i64,
    /// At the last point that was the highest: at most so many records that were carried before it lie beyond it.
    pub(in crate::offsets) at_top: i64,
    /// How many points were the highest when they came, after the first.
    pub(in crate::offsets) tops: i64,
    /// The widest tail that a span since the highest point could hold.
    pub(in crate::offsets) since_top: i64,
    /// The widest tail that any span could hold.
    pub(in crate::offsets) widest: i64,
}

impl Default for Hidden {
    fn default() -> Self {
        Self { top: -1, at_top: 0, tops: -1, since_top: 0, widest: 0 }
    }
}

impl Hidden {
    /// The state after one more point, the one before it given.
    pub(in crate::offsets) fn after(self, before: Option<Sync>, point: Sync) -> Self {
        let tail = before.map_or(0, |before| point.downstream - before.downstream - 1);
        let widest = self.widest.max(tail);
        let since_top = self.since_top.max(tail);
        if point.upstream <= self.top {
            return Self { since_top, widest, ..self };
        }
        Self {
            top: point.upstream,
            at_top: (self.at_top - 1).max(since_top),
            tops: self.tops + 1,
            since_top: 0,
            widest,
        }
    }
}
