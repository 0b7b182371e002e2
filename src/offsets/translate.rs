//! The theory of translation, and its rules.
//!
//! # What is true
//!
//! For a position u, true(u) is the smallest of the offsets of the *last copies*, on the target, of the records at or after u
//! that were carried; where there are none, the target's end. An answer above it skips a record. An answer below repeats.
//!
//! # What is assumed
//!
//! 1. One task at a time writes a partition, nobody else does, and its producer does not repeat by retrying: so within one
//!    *life* of a task the target's entries are the source's surviving records, each once, in order.
//! 2. A life begins at or before the record after the last one that any former life has carried, and not before where former
//!    lives began (it goes on from a committed position, and commits only grow). Positions set by hand back and then forth
//!    break this.
//! 3. Offsets on the target are given out one by one (no transactional producer there).
//! 4. Offset syncs are true: the record at `upstream` was written at `downstream`.
//!
//! # Within one life
//!
//! Let (u1, d1) and (u2, d2) be points of one life, u1 ≤ u < u2, and g = (u2 − u1) − (d2 − d1), the offsets of the source between
//! them that were not carried: g ≥ 0. Of the u − u1 offsets before u, at most g and at most all were not carried, so
//!
//! > d1 + (u − u1) − g ≤ true(u) ≤ d1 + min(u − u1, d2 − d1),
//!
//! and d1 + 1 ≤ true(u) if u > u1, since the record at u1 stands at d1 itself. With g = 0 both sides are equal. This
//! is the arithmetic that may be used once it is known that no life begins between d1 and d2.
//!
//! # Why syncs alone prove nothing
//!
//! A life that begins between d1 and d2 carries e records again. A skip of k there gives g = k − e, and with e = k it looks
//! like g = 0, though the answer would be up to e too far. So arithmetic between two points is used only if
//! the entries between them are *known*: they were read, and none stands twice. If a life began
//! there, some record in between stands twice: a life that goes back to p ≤ u1 writes u1's record again, one that goes back
//! less far writes p's again. (Compaction on the source can take such a record away in between. Then an earlier one
//! stands twice, at most as far back as the span is wide; so as much is read before.)
//!
//! Where lives are found in what was read, ranks take the place of offsets (`Known`): later copies taken out, the
//! arithmetic holds again, provided that ranks and source offsets grow alike between the points around.
//!
//! # Which point
//!
//! Of the points at or below u the last one on the target: behind it stand copies of all records after it, because
//! the lives from there on began at or before it and have together come as far as any life before (below). So d1 + 1 is not
//! past true(u) for u > u1, nor is d1 for u = u1. MirrorMaker's answer is this one with fewer points, hence never better.
//!
//! # Caught up
//!
//! A life that died may have carried records that no later life has carried again yet: their only copies lie *before* the later
//! points. `Points::tail` bounds how many such records there can be beyond a point t. If as many records follow t in a
//! stretch that reaches to the end and is known, they are among them, and everything is caught up. It is as well
//! if the source's end is the connector's position, or if the source holds so many records before that position that no former
//! task can have come as far (`Anchors::is_overtaken`). Otherwise no answer may lie behind the point before the first span in
//! which such a tail could hide, nor behind the first entry that a stretch shows not to be carried again.
//!
//! # How far a restart reaches
//!
//! An exact answer needs more than a safe one: no later life may have carried its record again. Where a later span was not read,
//! a restart in it reaches back at most as far as the span is wide (`Track::back`), so few spans matter. Behind the last
//! sync there is no point to bound it; there the connector's position does: the last life has come at least as far.
//!
//! # What stays out of reach
//!
//! Records that look the same (timestamp, key, value and headers) look like a record carried twice. The rules then take what
//! is safe either way, so a log that ends amid such records may rewind far, as may a log that ends amid records carried
//! again. Records that retention took from the source before they were carried again count as gone, as they are for a group on the
//! source: of a position that lies before the source's first record it is certain that the answer is not past it, but the bound
//! holds only if retention did not overtake a task that had just begun anew. So it is with compaction there that takes records
//! which were carried and not yet committed as carried: the next task carries fewer of them again than the spans let expect, and
//! so may have begun further back. (The cleaner leaves the newest segment alone, so a worker has to be away for long.)

use super::known::Known;
use super::track::Points;
use super::{Anchors, Answer, Cause, Duplicates, Evidence, Ground, Proven, Sync};

/// After so many restarts in a row that reach one another the end is taken.
const MOST_AGAIN: usize = 8;

/// Whether later lives have carried all that former ones had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caught {
    /// They have.
    Up,
    /// They may not have: no answer may lie behind this offset.
    Until(i64, Cause),
    /// Not judged yet.
    Unproven,
}

/// The points around a position.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    /// The last point at or below it.
    pub(super) before: Sync,
    /// Whether that is a record's, rather than the place where mirroring began.
    pub(super) record: bool,
    /// The next point on the target, if there is one: a sync, or the end.
    pub(super) after: Option<Sync>,
}

/// What is known of true(u) before the rest of the log is looked at.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Not past it.
    low: i64,
    /// Not before it, if nothing is carried again later.
    high: i64,
    /// Why they differ.
    cause: Cause,
    /// What equal ones rest on.
    ground: Ground,
    /// The ranks that the position has at least and at most in a known stretch up to the end that can tell, by its number.
    ranks: Option<(usize, i64, i64)>,
    /// The target's offset of the point before it.
    from: i64,
    /// Up to where the target is known without a gap.
    until: i64,
}

impl Anchors<'_> {
    /// The answer that may be committed: not past the true position, whatever happened between the anchors.
    ///
    /// With nothing read and nothing known of the producer it rewinds far: see [`Self::reads`].
    pub fn translate(&self, position: i64) -> Answer {
        self.solve(position, false)
    }

    /// The answer that [`Self::translate`] will give once the ranges of [`Self::reads`] were read, if they hold what the
    /// syncs let expect. For a screen, not for a commit.
    pub fn foresee(&self, position: i64) -> Answer {
        let proven = self.solve(position, false);
        match proven.evidence {
            Evidence::Exact(_) => proven,
            Evidence::Rewinds { .. } => self.solve(position, true),
        }
    }

    fn solve(&self, position: i64, presume: bool) -> Answer {
        let (start, end) = (self.target.start, self.target.end);
        if start >= end {
            return Answer {
                offset: end,
                evidence: Evidence::Exact(Ground::Ends),
                duplicates: Duplicates::NONE,
            };
        }
        let bounds = self.bounds(position, presume);
        let mut high = bounds.high;
        let mut cause = bounds.cause;
        if let Some(again) = self.carried_again(&bounds, presume) {
            high = high.max(again);
            cause = if bounds.low == bounds.high { Cause::CarriedTwice } else { cause };
        }
        let caught = if presume { self.presumably_caught() } else { self.caught };
        let mut low = bounds.low;
        if let Caught::Until(until, why) = caught
            && low > until
        {
            (low, cause) = (until, why);
        }
        let offset = low.clamp(start, end);
        let high = self.standing(high.clamp(offset, end));
        let exact = offset == high && matches!(caught, Caught::Up);
        let ground = if presume { Ground::Presumed } else { bounds.ground };
        let evidence =
            if exact { Evidence::Exact(ground) } else { Evidence::Rewinds { at_most: high - offset, cause } };
        Answer { offset, evidence, duplicates: self.duplicates(position, offset, high, &bounds, presume) }
    }

    /// The first offset from here on at which an entry stands, as far as was read.
    ///
    /// Compaction on the target has taken those whose key stands again further on: also the former copies of what was carried
    /// again. Of what it has left up to there, no second copy stands there.
    fn standing(&self, from: i64) -> i64 {
        let Some((_, until)) = self.covered.range(..=from).next_back().filter(|(_, until)| **until > from)
        else {
            return from;
        };
        self.read.range(from..*until).next().map_or(*until, |(offset, _)| *offset)
    }

    fn bounds(&self, position: i64, presume: bool) -> Bounds {
        let end = self.target.end;
        if self.settled_end().is_some_and(|settled| position >= settled.upstream) {
            let (cause, ground) = (Cause::NotCaughtUp, Ground::Ends);
            return Bounds { low: end, high: end, cause, ground, ranks: None, from: end, until: end };
        }
        let Some(around) = self.around(position) else {
            let high = self.points.as_ref().and_then(Points::first).map_or(end, |first| first.downstream);
            let (low, cause) = (self.target.start, Cause::NoAnchorBefore);
            return Bounds { low, high, cause, ground: Ground::Ends, ranks: None, from: low, until: low };
        };
        self.between(position.max(around.before.upstream), around, presume)
    }

    /// The points around a position; none if none lies at or below it.
    pub(super) fn around(&self, position: i64) -> Option<Around> {
        let begin = self.begin.filter(|begin| begin.empty || begin.upstream <= position);
        let below = self.points.as_ref().and_then(|points| points.below(position));
        let (before, record) = match (below, begin) {
            (Some(point), Some(begin)) if point.downstream < begin.downstream => (begin.into(), false),
            (Some(point), _) => (point, true),
            (None, Some(begin)) => (begin.into(), false),
            (None, None) => return None,
        };
        let behind = before.downstream - i64::from(!record);
        let next = self.points.as_ref().and_then(|points| points.next(behind));
        Some(Around { before, record, after: next.or_else(|| self.settled_end()) })
    }

    /// What is known of a position between two points.
    fn between(&self, position: i64, around: Around, presume: bool) -> Bounds {
        let Around { before, record, after } = around;
        let end = self.target.end;
        let step = i64::from(record && position > before.upstream);
        let to = after.map_or(end, |after| after.downstream);
        let distance = position - before.upstream;
        let floor = Bounds {
            low: before.downstream + step,
            high: to.max(before.downstream + step),
            cause: if after.is_none() { Cause::NoAnchorAfter } else { Cause::Unread },
            ground: Ground::Target,
            ranks: None,
            from: before.downstream,
            until: before.downstream,
        };
        let missing = after.map(|after| (after.upstream - before.upstream) - (to - before.downstream));
        if presume {
            let (least, most) = steps(distance, to - before.downstream, record, missing);
            let cause = if missing.is_some_and(|missing| missing < 0) {
                Cause::CarriedTwice
            } else {
                Cause::NotCarried
            };
            return match missing {
                Some(missing) if missing < 0 => Bounds { cause, ..floor },
                Some(_) => {
                    Bounds { low: before.downstream + least, high: before.downstream + most, cause, ..floor }
                }
                None => Bounds { high: before.downstream + most, ..floor },
            };
        }
        let found = self.known.iter().position(|known| known.holds(before.downstream, to, end));
        found.map_or(floor, |at| self.in_known(at, position, around, floor))
    }

    /// What is known of a position between two points of a known stretch.
    fn in_known(&self, at: usize, position: i64, around: Around, floor: Bounds) -> Bounds {
        let known = &self.known[at];
        let Around { before, record, after } = around;
        let to = after.map_or(self.target.end, |after| after.downstream);
        let (distance, width) = (position - before.upstream, to - before.downstream);
        let reach = (before.downstream - width).max(self.origin());
        let missing = after.map(|after| (after.upstream - before.upstream) - width);
        if known.open || known.from > reach {
            return floor;
        }
        let place = |(low, high): (i64, i64), (least, most): (i64, i64), cause| {
            let suffix = known.to == self.target.end;
            let ranks =
                (suffix && known.proven && self.shows_the_last_task(known)).then_some((at, low, high));
            // An entry that looks like an earlier one may be another record, so ranks alone say too little.
            let sure = known.positions(low).0.max(least);
            let level = if suffix || known.behind().is_none() { 0 } else { known.level() };
            let any = known.positions(high).1.max(most).max(sure).max(level).max(known.behind_alike());
            let cause = if low == high { Cause::CarriedTwice } else { cause };
            Bounds { low: sure, high: any, cause, ranks, until: known.to, ..floor }
        };
        if !known.restarts_within(before.downstream, to) {
            if missing.is_some_and(|missing| missing < 0) {
                return Bounds { cause: Cause::Unclear, ..floor };
            }
            let (least, most) = steps(distance, width, record, missing);
            let cause = if after.is_none() { Cause::NoAnchorAfter } else { Cause::NotCarried };
            let span = (before.downstream + least, before.downstream + most);
            let (least, most) = self.by_twin(position, around, span).unwrap_or(span);
            let found = (least, most) != span;
            let bounds = place((known.rank(least), known.rank(most)), (least, most), cause);
            return Bounds { ground: if found { Ground::Source } else { bounds.ground }, ..bounds };
        }
        let from = known.rank(before.downstream);
        let alike = after.is_some_and(|after| known.rank(to) - from == after.upstream - before.upstream);
        if known.proven && alike {
            let rank = from + distance;
            return place((rank, rank), (floor.low, floor.low), Cause::CarriedTwice);
        }
        Bounds { cause: Cause::CarriedTwice, ..floor }
    }

    /// Whether a stretch up to the end shows how far back the last task began, wherever that was.
    fn shows_the_last_task(&self, known: &Known) -> bool {
        let last = self.points.as_ref().and_then(|points| Some(points.back(points.last()?, self.closing())));
        self.is_caught_up() || known.from <= last.unwrap_or(0).max(self.origin())
    }

    /// Where the twin of the first record at or after a position stands, if it was found and the arithmetic leaves more than
    /// one place.
    fn by_twin(&self, position: i64, around: Around, span: (i64, i64)) -> Option<(i64, i64)> {
        if self.originals.is_empty() || span.0 == span.1 {
            return None;
        }
        match self.proven_between(position, around)?.1 {
            Proven::At(offset) if (span.0..=span.1).contains(&offset) => Some((offset, offset)),
            Proven::At(_) | Proven::Mismatch { .. } | Proven::Unclear => None,
        }
    }

    /// The stretch that holds all between two points, and as much before as a restart between them could reach back, if it shows
    /// that there was none.
    pub(super) fn one_life(&self, around: Around) -> Option<&Known> {
        let Around { before, after, .. } = around;
        let to = after.map_or(self.target.end, |after| after.downstream);
        let width = to - before.downstream;
        let reach = (before.downstream - width).max(self.origin());
        let known = self.known.iter().find(|known| known.holds(before.downstream, to, self.target.end))?;
        let whole = !known.open && known.from <= reach && !known.restarts_within(before.downstream, to);
        whole.then_some(known)
    }

    /// Whether a span was read, and as much before it as a restart in it could reach back, and shows none.
    fn is_calm(&self, (a, b): (Sync, Sync)) -> bool {
        let Some(points) = &self.points else { return false };
        self.known.iter().any(|known| {
            !known.open
                && known.holds(a.downstream, b.downstream, self.target.end)
                && !known.restarts_within(a.downstream, b.downstream)
                && known.from <= points.back(a, b).max(self.origin())
        })
    }

    /// Where the last span ends in which records at or after the position may have been carried again, outside of what is
    /// known to the end of the stretch that holds it.
    fn carried_again(&self, bounds: &Bounds, presume: bool) -> Option<i64> {
        let end = self.target.end;
        let points = self.points.as_ref()?;
        let last = points.last()?;
        let closing = self.closing();
        let unknown = |span: &(Sync, Sync)| !self.is_calm(*span);
        // A task that has not come as far as its predecessor may carry again, at the end, what stands before all that was read.
        let ending = (last, closing);
        let reaches = |high: i64| points.back(last, closing) < high && unknown(&ending);
        if !presume && !self.is_caught_up() && reaches(bounds.high) {
            return Some(end);
        }
        let last_of = |high: i64| {
            let mut spans = points.reaching(bounds.from, high, presume);
            spans.extend(Some((last, closing)).filter(|(a, b)| !presume && points.back(*a, *b) < high));
            // What stands at `until` is not known, unless that is the end.
            let until = bounds.until.min(end - 1);
            let behind = spans.into_iter().filter(|(_, b)| b.downstream >= until);
            let behind = behind.filter(|(_, b)| b.downstream < end || bounds.until < end);
            behind.filter(unknown).map(|(_, b)| b.downstream).max()
        };
        // What was carried again may have been carried again again. Where much was not read, that goes on to the end.
        let mut high = last_of(bounds.high)?;
        for _ in 0..MOST_AGAIN {
            if high >= end {
                break;
            }
            match last_of(high).filter(|again| *again > high) {
                Some(again) => high = again,
                None => return Some(high),
            }
        }
        Some(end)
    }

    fn duplicates(
        &self,
        position: i64,
        offset: i64,
        high: i64,
        bounds: &Bounds,
        presume: bool,
    ) -> Duplicates {
        let entries = self.target.end - offset;
        let caught = self.is_caught_up();
        if let Some((at, low, high)) = bounds.ranks {
            let again = |rank| entries - self.known[at].different(offset, rank);
            let at_least = if caught { again(low) } else { 0 };
            return Duplicates { at_least, at_most: again(high), certain: true };
        }
        let tells = |known: &&Known| known.from <= offset && known.to == self.target.end;
        let again = match (self.known.iter().find(tells), &self.points) {
            (Some(known), _) => known.repeats(offset),
            (None, Some(points)) => self.again(points, offset),
            (None, None) => entries,
        };
        let at_most = (high - offset + again).min(entries);
        let last = self.points.as_ref().and_then(Points::last);
        let last = last.filter(|last| presume && caught && position <= last.upstream);
        let at_least = last.map_or(0, |last| (last.downstream - offset) - (last.upstream - position));
        let certain = offset == self.target.end;
        Duplicates { at_least: at_least.clamp(0, at_most), at_most, certain }
    }

    /// How many records behind an offset stand before, too: what was read shows it, elsewhere the spans that are wider than the
    /// source can fill. Where neither does, a restart goes unseen.
    fn again(&self, points: &Points<'_>, offset: i64) -> i64 {
        let broken = |from: i64, to: i64| points.broken_behind(from) - points.broken_behind(to);
        let (mut at, mut again) = (offset, 0);
        for known in self.known.iter().filter(|known| known.to > offset && known.has_copies()) {
            let from = known.from.max(at);
            again += broken(at, from) + known.repeats(from).max(broken(from, known.to));
            at = known.to;
        }
        again + points.broken_behind(at)
    }

    /// Whether it is known that later lives have carried all that former ones had.
    pub(super) const fn is_caught_up(&self) -> bool {
        matches!(self.caught, Caught::Up)
    }

    /// Whether later lives have carried all that former ones had, as far as it is known.
    pub(super) fn caught_up(&self) -> Caught {
        let end = self.target.end;
        if self.is_drained() || end <= self.origin() || self.is_overtaken() {
            return Caught::Up;
        }
        let (mut best, mut behind) = (None, end);
        for known in self.known.iter().filter(|known| known.to == end && !known.open) {
            // In a stretch whose last task is behind, what it has come to is carried again; what is not lies in the stretch.
            let level = known.behind().map_or(Caught::Up, |behind| Caught::Until(behind, Cause::NotCaughtUp));
            if known.from <= self.origin() {
                return level;
            }
            let Some(points) = &self.points else { continue };
            let carried = |point: Sync| known.carried_behind(point.downstream);
            let enough = |point: &Sync| carried(*point) >= points.tail(*point, self.origin());
            let usable = points.within(known, self.closing());
            if usable.iter().any(enough) {
                return level;
            }
            let furthest = usable.iter().max_by_key(|point| point.upstream);
            let some = [usable.first(), furthest, usable.last()];
            best =
                some.into_iter().flatten().map(|point| self.limit(*point, carried(*point))).max().max(best);
            behind = behind.min(known.behind().unwrap_or(end));
        }
        let last = self.points.as_ref().and_then(Points::last);
        // With nothing read up to the end, a tail may hide behind the last point as well.
        let blind = || last.map_or(self.origin(), |last| self.limit(last, 0).min(last.downstream + 1));
        let cause = if best.is_some() { Cause::NotCaughtUp } else { Cause::Unread };
        Caught::Until(best.unwrap_or_else(blind).min(behind), cause)
    }

    /// How far answers may go if so many records beyond a point's are known to be carried behind it.
    ///
    /// A tail that hides in a span before it lies beyond the span's first point: if that is not beyond this point, it holds no
    /// more than the span does. What was carried beyond this point before it may be hidden whole.
    fn limit(&self, point: Sync, carried: i64) -> i64 {
        let (origin, carried) = (self.origin(), carried.max(0));
        let Some(points) = &self.points else { return origin };
        if points.first().is_none_or(|first| first.downstream - origin > carried) {
            return origin;
        }
        let wide = points.first_wider(carried).filter(|wide| wide.downstream < point.downstream);
        let beyond = points.last_before_above(point.upstream);
        let beyond = beyond.map_or(origin, |last| {
            if last.downstream < point.downstream { last.downstream + 1 } else { i64::MAX }
        });
        wide.map_or(beyond, |wide| beyond.min(wide.downstream + 1)).min(self.target.end)
    }

    /// What the syncs alone show: a task that was seen further than the last sync.
    fn presumably_caught(&self) -> Caught {
        if self.is_caught_up() {
            return Caught::Up;
        }
        let seen = self.points.as_ref().and_then(|points| self.seen_limit(points, points.last()?));
        seen.map_or(Caught::Up, |until| Caught::Until(until, Cause::NotCaughtUp))
    }

    fn seen_limit(&self, points: &Points<'_>, last: Sync) -> Option<i64> {
        let before = self.last_before(points, last);
        let after = self.target.end - last.downstream;
        (points.top() > last.upstream && after <= last.downstream - before).then_some(before)
    }

    /// Behind the last point before one that lies beyond `last` on the source.
    fn last_before(&self, points: &Points<'_>, last: Sync) -> i64 {
        points.last_before_above(last.upstream).map_or(self.origin(), |point| point.downstream + 1)
    }
}

/// How many entries of one life stand between a point and a position so far behind it on the source, at least and at most,
/// if so many of the source's offsets up to the next point were not carried.
fn steps(distance: i64, width: i64, record: bool, missing: Option<i64>) -> (i64, i64) {
    let step = i64::from(record && distance > 0);
    let least = missing.map_or(step, |missing| (distance - missing).max(step));
    (least, distance.min(width).max(least))
}

impl From<super::anchors::Begin> for Sync {
    fn from(begin: super::anchors::Begin) -> Self {
        Self { upstream: begin.upstream, downstream: begin.downstream }
    }
}
