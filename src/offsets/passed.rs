//! Proof by the source that no former task came further than the connector's position.

use super::track::Points;
use super::{Anchors, Sync};
use std::ops::Range;

/// The committed records of a partition of the source right before the connector's position, which its tasks have passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// The connector's position.
    pub position: i64,
    /// Where the records stand, in order.
    pub offsets: Vec<i64>,
}

impl Passed {
    /// How many records stand behind an offset, as far as was read.
    fn behind(&self, upstream: i64) -> i64 {
        (self.offsets.len() - self.offsets.partition_point(|offset| *offset <= upstream)) as i64
    }
}

impl<'a> Anchors<'a> {
    /// Adds the records that the connector has passed. They tell nothing if it changes records, or leaves some out.
    #[must_use]
    pub fn with_passed(mut self, passed: &'a Passed) -> Self {
        self.passed = Some(passed);
        self.judge_caught();
        self
    }

    /// What to read of the source, at most `most` offsets, so that it can be shown that no task came further than the
    /// connector's position; none if that is shown already, or can't be.
    pub fn passable(&self, source_start: i64, most: i64) -> Option<Range<i64>> {
        let (position, points) = (self.position()?, self.points.as_ref()?);
        if self.is_caught_up() {
            return None;
        }
        let (first, last) = (points.first()?, points.last()?);
        let base = self.begin.map_or(0, |begin| begin.downstream);
        let wide = points.widest().max(self.target.end - last.downstream).max(first.downstream - base + 1);
        // Where only some of the offsets hold a record that was carried, so many more are read.
        let carried = (last.downstream - first.downstream).max(1);
        let sparse = (points.top() - first.upstream).max(0) / carried + 2;
        let from = position - most.min(wide.saturating_mul(sparse));
        let range = from.max(source_start)..position;
        (!range.is_empty()).then_some(range)
    }

    /// Whether no task has carried a record at or behind the connector's position before the last task did.
    ///
    /// Let a task die in the span between two neighbouring points (u1, d1) and (u2, d2), and m be the last record that it had
    /// carried. It stands in the span, as do all that were carried after u1: of those there are d2 − d1 − 1 at most. Tasks
    /// carry in order and leave nothing out, so every record that the source still holds between u1 and m is among them. Were
    /// m at or behind the position c, all those between u1 and c would be: so if there are d2 − d1 of these, m lies before c.
    /// What is before c the last task has carried again, or began behind (positions are committed for what was carried, and
    /// only grow). A span in which no entry stands twice holds no such task either.
    ///
    /// Compaction and retention take records from the source, and make it show fewer than there were: that proves less,
    /// never more. The same holds for what was not read.
    pub(super) fn is_overtaken(&self) -> bool {
        let (Some(passed), Some(points)) = (self.passed, &self.points) else { return false };
        let Some(first) = points.first() else { return false };
        // A position beyond the log is one of a topic that was there before.
        let is_stale = self.source_end.is_none_or(|end| passed.position > end) || self.source_was_cut();
        if is_stale || self.position() != Some(passed.position) {
            return false;
        }
        // Before the first point any number of tasks may have been: all that they have carried, from where the mirroring began
        // on, stands there, or stood there before retention took it.
        let (begun, base) =
            self.begin.map_or((first.upstream, 0), |begin| (begin.upstream - 1, begin.downstream));
        if passed.behind(begun) <= first.downstream - base {
            return false;
        }
        let mut wide = points.wider_than(|upstream| passed.behind(upstream));
        self.is_closed(points, passed) && wide.all(|(a, b)| b.upstream > a.upstream && self.is_new(a, b))
    }

    /// Whether no task that died behind the last points had carried more than those after it have carried again.
    ///
    /// As before, it had not if fewer entries stand behind the last point than the source holds records from there up to the
    /// position c. Else, let w be the last of these records, x a point at or below it, and all entries from x's on be read, of
    /// which none stands twice. Let the first task that died behind x have come to m, and its successor have begun with r. It
    /// had carried all from x to m. Were r one of these, it would stand twice; if r lies beyond m, nothing was left. If r lies
    /// before x, then c, which was read before the log's end was and is beyond w, was committed by tasks that began with r: they
    /// have carried w again before that end. If w is at or before m it would stand twice; so it lies beyond, and they have come
    /// further than m. (A w that is still there was there for every task.)
    fn is_closed(&self, points: &Points<'_>, passed: &Passed) -> bool {
        let end = self.target.end;
        let is_short = |last: Sync| end - last.downstream <= passed.behind(last.upstream);
        let known = |x: &Sync| self.known.iter().find(|known| known.holds(x.downstream, end, end));
        let x = passed.offsets.last().and_then(|w| points.below(*w));
        points.last().is_some_and(is_short)
            || x.is_some_and(|x| known(&x).is_some_and(|known| !known.repeats_within(x.downstream - 1, end)))
    }

    /// Whether all entries behind a point and up to the next one were read, and none stands twice.
    ///
    /// If the next point lies further on the source, no task died between them whose successor has still to carry again what it
    /// left: the successor has come to the next point, so it has carried again a record of those that stand here, unless
    /// compaction took them all from the source.
    fn is_new(&self, a: Sync, b: Sync) -> bool {
        self.known.iter().any(|known| {
            known.holds(a.downstream + 1, b.downstream, self.target.end)
                && !known.repeats_within(a.downstream, b.downstream)
        })
    }
}
