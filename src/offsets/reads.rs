//! What to read of the target.

use super::{Anchors, Evidence};
use std::ops::Range;

impl Anchors<'_> {
    /// What to read of the target so that [`Self::translate`] can be as good as [`Self::foresee`] at these positions: ranges
    /// of offsets, in order, apart from one another, together at most `most` offsets. Empty if there is nothing to win.
    ///
    /// After they were read and learned there can be more to read: where a record stands twice, the proof reaches
    /// further back. What is too long for one time is read from its end on, part by part: after a burst of records without a
    /// sync it takes more than a burst to show that nothing hides behind it, and without that all positions go back before it.
    pub fn reads(&self, positions: &[i64], most: i64) -> Vec<Range<i64>> {
        let unproven = !self.is_caught_up() && !positions.is_empty();
        let stretch = if unproven { self.parts(self.last_stretch()) } else { Vec::new() };
        let is_long = stretch.iter().any(|part| part.end - part.start > most);
        let mut wanted = if is_long { Vec::new() } else { stretch.clone() };
        let mut positions = positions.to_vec();
        positions.sort_unstable();
        positions.dedup();
        for position in positions {
            if !matches!(self.translate(position).evidence, Evidence::Exact(_)) {
                wanted.extend(self.around_position(position));
            }
        }
        let mut chosen = self.unread(wanted, most);
        if let Some(last) = stretch.last().filter(|_| is_long) {
            let taken: i64 = chosen.iter().map(|range| range.end - range.start).sum();
            chosen.push(last.start.max(last.end - (most - taken))..last.end);
        }
        merged(chosen)
    }

    /// The end of the log, as much as shows that later lives came as far as any before.
    fn last_stretch(&self) -> Range<i64> {
        let end = self.target.end;
        let Some(points) = &self.points else { return self.origin()..end };
        let (mut after, mut from) = (self.closing(), end);
        for point in points.backwards(end) {
            from = from.min(points.back(point, after)).max(self.origin());
            after = point;
            // What was read already did not do: then more is wanted than would do if nothing stood twice, and so much more
            // that few rounds lead to an end.
            if end - point.downstream > points.tail(point, self.origin()) && !self.is_covered(from, end) {
                let read = end - self.read_from(end);
                return from.min(end - read - read / 2).max(self.origin())..end;
            }
        }
        self.origin()..end
    }

    /// The span around a position, as much before as a restart in it could reach back, and the spans behind in which
    /// its records could stand again.
    fn around_position(&self, position: i64) -> Option<Range<i64>> {
        let end = self.target.end;
        let around = self.around(position)?;
        let before = around.before.downstream;
        let to = around.after.map_or(end, |after| after.downstream);
        let mut from = before - (to - before);
        let mut last = to;
        if let Some(points) = &self.points {
            for (a, b) in points.reaching(before, to, false) {
                from = from.min(points.back(a, b));
                last = last.max(b.downstream);
            }
            let closing = points.last().map(|last| points.back(last, self.closing()));
            if let Some(back) = closing.filter(|back| *back < to) {
                (from, last) = (from.min(back), end);
            }
        }
        // What was read may end amid records that are carried again: then as far as they go on.
        // Or begin amid such: then as much again before.
        let open = self.known.iter().filter(|known| known.open && known.from <= before && known.to > before);
        from = open.map(|known| known.from - (known.to - known.from)).fold(from, i64::min);
        let amid = self.known.iter().filter(|known| known.from <= before && known.to > before);
        last = amid.map(|known| known.level() - 1).fold(last, i64::max);
        Some(from.max(self.origin())..(last + 1).min(end))
    }

    /// Where that begins which was read without a gap up to an offset.
    fn read_from(&self, to: i64) -> i64 {
        let last = self.covered.range(..to).next_back();
        last.filter(|(_, until)| **until >= to).map_or(to, |(from, _)| *from)
    }

    fn is_covered(&self, from: i64, to: i64) -> bool {
        let last = self.covered.range(..=from).next_back();
        from >= to || last.is_some_and(|(_, until)| *until >= to)
    }

    /// What of the ranges was not read yet; those that come first, as far as `most` goes.
    fn unread(&self, wanted: Vec<Range<i64>>, most: i64) -> Vec<Range<i64>> {
        let mut left = most;
        let mut chosen: Vec<Range<i64>> = Vec::new();
        for range in wanted {
            for part in self.parts(range) {
                let length = part.end - part.start;
                if length <= left
                    && !chosen.iter().any(|other| other.start <= part.start && part.end <= other.end)
                {
                    left -= length;
                    chosen.push(part);
                }
            }
        }
        chosen
    }

    /// The parts of a range that were not read yet.
    fn parts(&self, range: Range<i64>) -> Vec<Range<i64>> {
        let mut parts = Vec::new();
        let mut from = range.start;
        for (start, end) in &self.covered {
            if *end <= from || *start >= range.end {
                continue;
            }
            if *start > from {
                parts.push(from..*start);
            }
            from = from.max(*end);
        }
        if from < range.end {
            parts.push(from..range.end);
        }
        parts
    }
}

/// Ranges in order, apart from one another, none of them empty.
fn merged(mut ranges: Vec<Range<i64>>) -> Vec<Range<i64>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<i64>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
