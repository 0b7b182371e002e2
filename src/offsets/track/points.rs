//! Searching a track.

use super::{Block, Hidden, Sync, Track};
use crate::offsets::known::Known;

/// A track made ready for searches: each costs a binary search over its blocks and the decoding of one or two.
#[derive(Debug, Clone)]
pub(in crate::offsets) struct Points<'a> {
    track: &'a Track,
    /// By block, the lowest source offset in it and in all after it.
    lowest: Vec<i64>,
    /// By block, the least `back` of the spans that end in it and in all after it.
    back: Vec<i64>,
}

impl<'a> Points<'a> {
    pub(in crate::offsets) fn new(track: &'a Track) -> Self {
        let least_from = |value: fn(&Block) -> i64| {
            let mut least = i64::MAX;
            let mut from: Vec<i64> = track
                .blocks
                .iter()
                .rev()
                .map(|block| {
                    least = least.min(value(block));
                    least
                })
                .collect();
            from.reverse();
            from
        };
        let (lowest, back) = (least_from(|block| block.lowest), least_from(|block| block.back));
        Self { track, lowest, back }
    }

    /// The first point.
    pub(in crate::offsets) fn first(&self) -> Option<Sync> {
        self.track.blocks.first().map(Block::first)
    }

    /// The last point.
    pub(in crate::offsets) const fn last(&self) -> Option<Sync> {
        self.track.last
    }

    /// The highest source offset of all points.
    pub(in crate::offsets) const fn top(&self) -> i64 {
        self.track.hidden.top
    }

    /// The last point, on the target, at or below a source offset.
    pub(in crate::offsets) fn below(&self, upstream: i64) -> Option<Sync> {
        let at = self.lowest.partition_point(|lowest| *lowest <= upstream).checked_sub(1)?;
        self.decode(at).filter(|point| point.upstream <= upstream).last()
    }

    /// The first point behind a target offset.
    pub(in crate::offsets) fn next(&self, downstream: i64) -> Option<Sync> {
        self.from(downstream + 1).next()
    }

    /// The points at or behind a target offset.
    pub(in crate::offsets) fn from(&self, downstream: i64) -> impl Iterator<Item = Sync> {
        let at = self.block_behind(downstream + 1).saturating_sub(1);
        (at..self.track.blocks.len())
            .flat_map(|at| self.decode(at))
            .skip_while(move |point| point.downstream < downstream)
    }

    /// The points of a known stretch up to the end behind which every restart would have been seen, the last ones
    /// first.
    pub(in crate::offsets) fn within(&self, known: &Known, closing: Sync) -> Vec<Sync> {
        let mut after = closing;
        self.backwards(closing.downstream)
            .take_while(|point| {
                let seen = self.track.back(*point, after) >= known.from;
                after = *point;
                seen && point.downstream >= known.from
            })
            .collect()
    }

    /// The points before a target offset, the last one first.
    pub(in crate::offsets) fn backwards(&self, downstream: i64) -> impl Iterator<Item = Sync> {
        (0..self.block_behind(downstream)).rev().flat_map(move |at| {
            let mut points: Vec<Sync> =
                self.decode(at).filter(|point| point.downstream < downstream).collect();
            points.reverse();
            points
        })
    }

    /// The last point of those at the beginning that are all at or below a source offset.
    pub(in crate::offsets) fn last_before_above(&self, upstream: i64) -> Option<Sync> {
        let at = self.track.blocks.partition_point(|block| block.highest <= upstream);
        let in_block = (at < self.track.blocks.len())
            .then(|| self.decode(at).take_while(|point| point.upstream <= upstream).last())
            .flatten();
        in_block.or_else(|| self.decode(at.checked_sub(1)?).last())
    }

    /// At most so many records beyond this point's were carried before it, and perhaps not again since.
    ///
    /// `origin` is where the log of the mirrored records begins on the target.
    pub(in crate::offsets) fn tail(&self, point: Sync, origin: i64) -> i64 {
        let Some(first) = self.first() else { return 0 };
        let state = self.hidden_at(point);
        let before_first = (first.downstream - origin).max(0);
        if state.top == point.upstream {
            return state.at_top.max(state.since_top).max(before_first - state.tops);
        }
        let since = self.last_before_above(point.upstream).map_or(origin - 1, |last| last.downstream);
        (point.downstream - since - 1).max(state.widest).max(before_first)
    }

    /// The first span in which more than `least` records could hide, by the point at its beginning.
    pub(in crate::offsets) fn first_wider(&self, least: i64) -> Option<Sync> {
        let at = self.track.blocks.iter().position(|block| block.widest - 1 > least)?;
        self.spans(at).find(|(a, b)| b.downstream - a.downstream - 1 > least).map(|(a, _)| a)
    }

    /// The spans that begin at or behind `from` in which records can have been carried again whose former copy lies before
    /// `position`, by their two points; only broken ones, if those are asked for.
    pub(in crate::offsets) fn reaching(&self, from: i64, position: i64, broken: bool) -> Vec<(Sync, Sync)> {
        let first = self.block_behind(from + 1).saturating_sub(1);
        let until = self.back.partition_point(|back| *back < position);
        let relevant = |at: &usize| {
            let block = &self.track.blocks[*at];
            (if broken { block.back_broken } else { block.back }) < position
        };
        (first..until)
            .filter(relevant)
            .flat_map(|at| self.spans(at))
            .filter(|(a, b)| a.downstream >= from && self.track.back(*a, *b) < position)
            .filter(|(a, b)| !broken || b.downstream - a.downstream > b.upstream - a.upstream)
            .collect()
    }

    /// The widest span between two neighbouring points.
    pub(in crate::offsets) fn widest(&self) -> i64 {
        self.track.blocks.iter().map(|block| block.widest).max().unwrap_or_default()
    }

    /// The spans that are wider than a limit, which is less the further on the source a span begins.
    pub(in crate::offsets) fn wider_than(
        &self,
        limit: impl Fn(i64) -> i64,
    ) -> impl Iterator<Item = (Sync, Sync)> {
        let blocks = (0..).zip(&self.track.blocks);
        let wide: Vec<usize> =
            blocks.filter(|(_, block)| block.widest > limit(block.highest)).map(|(at, _)| at).collect();
        wide.into_iter()
            .flat_map(|at| self.spans(at))
            .filter(move |(a, b)| b.downstream - a.downstream > limit(a.upstream))
    }

    /// How far back a restart between two neighbouring points can reach.
    pub(in crate::offsets) fn back(&self, before: Sync, point: Sync) -> i64 {
        self.track.back(before, point)
    }

    /// How many records were carried again at most by the restarts that the syncs behind a target offset show.
    pub(in crate::offsets) fn broken_behind(&self, downstream: i64) -> i64 {
        let at = self.block_behind(downstream + 1).saturating_sub(1);
        let (Some(block), Some(last)) = (self.track.blocks.get(at), self.track.blocks.last()) else {
            return 0;
        };
        let here = self.spans(at).filter(|(_, b)| b.downstream > downstream).filter_map(|(a, b)| {
            let broken = b.downstream - a.downstream > b.upstream - a.upstream;
            broken.then(|| Track::carried_again(b, self.track.back(a, b)))
        });
        last.broken - block.broken + here.sum::<i64>()
    }

    /// The spans that end in a block.
    fn spans(&self, at: usize) -> impl Iterator<Item = (Sync, Sync)> {
        let before = at.checked_sub(1).and_then(|before| self.decode(before).last());
        let points: Vec<Sync> = before.into_iter().chain(self.decode(at)).collect();
        (1..points.len()).map(move |at| (points[at - 1], points[at]))
    }

    fn hidden_at(&self, point: Sync) -> Hidden {
        let at = self.block_behind(point.downstream + 1).saturating_sub(1);
        let Some(block) = self.track.blocks.get(at) else { return Hidden::default() };
        let mut before = at.checked_sub(1).and_then(|before| self.decode(before).last());
        let mut state = block.hidden;
        for next in self.decode(at).take_while(|next| next.downstream <= point.downstream) {
            state = state.after(before, next);
            before = Some(next);
        }
        state
    }

    /// How many blocks begin before a target offset.
    fn block_behind(&self, downstream: i64) -> usize {
        self.track.blocks.partition_point(|block| block.first().downstream < downstream)
    }

    fn decode(&self, at: usize) -> super::block::Decode<'a> {
        self.track.blocks[at].decode(&self.track.deltas)
    }
}
