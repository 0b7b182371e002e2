//! What is known of a stretch of the target's log.

use super::{Digest, Sync};
use std::collections::{HashMap, HashSet};

/// A stretch of the target's log of which it is known where a task began anew in it.
///
/// Each of its entries has a *rank*: entries that look the same have one rank, the number of different ones before the
/// first of them. Where no record stands twice, ranks and offsets run alike.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// Its first offset.
    pub(super) from: i64,
    /// The offset behind its last.
    pub(super) to: i64,
    /// Whether a task began anew in it from before it, so that its ranks say nothing.
    pub(super) open: bool,
    /// Whether all that stands twice in it is proven to be carried twice.
    pub(super) proven: bool,
    /// The offsets where a task seems to have begun anew, from before.
    restarts: Vec<i64>,
    /// Absent if nothing in it stands twice.
    copies: Option<Copies>,
}

#[derive(Debug, Clone)]
struct Copies {
    /// By entry, its rank.
    rank: Vec<u32>,
    /// By rank, where it stands first.
    first: Vec<i64>,
    /// By rank, the least of the offsets of the last copies of this rank and those behind it, as far as it is proven that
    /// they are copies.
    sure: Vec<i64>,
    /// The same, if all that look the same are copies.
    any: Vec<i64>,
    /// The last entry that looks like an earlier one.
    last: i64,
    /// If the last task may not have come as far as its predecessor: an offset that no answer may lie behind.
    limit: Option<i64>,
    /// The first rank that the last task has not carried again, if it has not come as far as its predecessor.
    behind: Option<usize>,
}

impl Known {
    /// What was read, offset by offset, and the points of it in the order of the target, the end among them if it is known;
    /// and the last point before it, unless nothing matters that stands before.
    pub(super) fn read(
        from: i64,
        digests: &[Digest],
        points: &[Sync],
        before: Option<Sync>,
        first: bool,
    ) -> Self {
        let scan = Scan::of(from, digests);
        let to = from + digests.len() as i64;
        let restarts: Vec<i64> = scan.restarts.iter().map(|restart| restart.at).collect();
        let proven = scan.restarts.iter().all(|restart| scan.proven(restart, from, points));
        let older = |point: &Sync| before.is_some_and(|before| point.upstream <= before.upstream);
        let open = !first && (scan.goes_to_front || points.iter().any(older));
        let copies = (!restarts.is_empty()).then(|| scan.copies(from, points));
        Self { from, to, open, proven, restarts, copies }
    }

    /// Whether it holds both offsets; the end of the log counts as held by what reaches up to it.
    pub(super) const fn holds(&self, from: i64, to: i64, end: i64) -> bool {
        self.from <= from && (to < self.to || (to == end && self.to == end))
    }

    /// Whether a task began anew behind one offset and up to another.
    pub(super) fn restarts_within(&self, after: i64, up_to: i64) -> bool {
        let at = self.restarts.partition_point(|restart| *restart <= after);
        self.restarts.get(at).is_some_and(|restart| *restart <= up_to)
    }

    /// Whether an entry behind one offset and up to another looks like an earlier one.
    pub(super) fn repeats_within(&self, after: i64, up_to: i64) -> bool {
        let Some(copies) = &self.copies else { return false };
        let first = |at: i64| copies.first.get(self.rank(at) as usize) == Some(&at);
        (after + 1..=up_to.min(self.to - 1)).any(|at| !first(at))
    }

    /// The rank of the entry at an offset; of the end: the number of ranks.
    pub(super) fn rank(&self, offset: i64) -> i64 {
        let Some(copies) = &self.copies else { return offset - self.from };
        let at = usize::try_from(offset - self.from).unwrap_or_default();
        copies.rank.get(at).map_or(copies.first.len() as i64, |rank| i64::from(*rank))
    }

    /// How many different entries it has.
    pub(super) fn ranks(&self) -> i64 {
        self.copies.as_ref().map_or(self.to - self.from, |copies| copies.first.len() as i64)
    }

    /// How many different entries of this rank or a later one stand at or behind an offset.
    pub(super) fn different(&self, offset: i64, rank: i64) -> i64 {
        let Some(copies) = &self.copies else { return self.to - offset.max(self.from + rank).min(self.to) };
        let entries = (self.from..).zip(&copies.rank).filter(|(at, _)| *at >= offset);
        let ranks: HashSet<u32> =
            entries.map(|(_, other)| *other).filter(|other| i64::from(*other) >= rank).collect();
        ranks.len() as i64
    }

    /// Whether any of its entries looks like an earlier one.
    pub(super) const fn has_copies(&self) -> bool {
        self.copies.is_some()
    }

    /// How many entries at or behind an offset stand before, too.
    pub(super) fn repeats(&self, offset: i64) -> i64 {
        let Some(copies) = &self.copies else { return 0 };
        let first = |(at, rank): &(i64, &u32)| copies.first.get(**rank as usize) == Some(at);
        let entries = (self.from..).zip(&copies.rank).filter(|(at, _)| *at >= offset);
        entries.filter(|entry| !first(entry)).count() as i64
    }

    /// The true position of what has this rank, as far as this stretch tells: not past it, and not before it.
    pub(super) fn positions(&self, rank: i64) -> (i64, i64) {
        let Some(copies) = &self.copies else { return (self.from + rank, self.from + rank) };
        let at = usize::try_from(rank).unwrap_or_default();
        match (copies.sure.get(at), copies.any.get(at)) {
            (Some(sure), Some(any)) => (*sure, *any),
            _ => (self.to, self.to),
        }
    }

    /// If its last task has not come as far as its predecessor: no answer may lie behind this offset.
    pub(super) fn behind(&self) -> Option<i64> {
        let copies = self.copies.as_ref()?;
        let limit = copies.limit?;
        let behind = copies.behind.and_then(|behind| copies.any.get(behind)).copied();
        Some(behind.unwrap_or(self.to).min(limit).min(self.to))
    }

    /// Behind the last entry that looks like an earlier one without proof that it is a copy: the next record may stand there.
    pub(super) fn behind_alike(&self) -> i64 {
        self.copies.as_ref().filter(|_| !self.proven).map_or(self.from, |copies| copies.last + 1)
    }

    /// How many different entries its last task is known to have carried behind a point: of a point that looks like an earlier
    /// entry without proof that it is a copy, only those that stand nowhere before it.
    pub(super) fn carried_behind(&self, point: i64) -> i64 {
        let first = self.copies.as_ref().filter(|_| !self.proven).map(|copies| &copies.first);
        let before = first.map(|first| first.partition_point(|first| *first <= point) as i64 - 1);
        self.come_to() - before.unwrap_or_else(|| self.rank(point)) - 1
    }

    /// How many ranks its last task has come to, in a row from the first.
    fn come_to(&self) -> i64 {
        let behind = self.copies.as_ref().and_then(|copies| copies.behind);
        behind.map_or_else(|| self.ranks(), |behind| behind as i64)
    }

    /// Up to where its last task will have come as far as its predecessor, if nothing stops it.
    pub(super) fn level(&self) -> i64 {
        self.to + self.ranks() - self.come_to()
    }
}

/// The entries of a stretch, told apart.
struct Scan {
    rank: Vec<u32>,
    first: Vec<i64>,
    restarts: Vec<Restart>,
    behind: Option<usize>,
    /// Whether a restart goes back to the first entry, and so perhaps to before.
    goes_to_front: bool,
}

struct Restart {
    /// Where.
    at: i64,
    /// How many entries from there on stand before, too.
    entries: usize,
    /// Whether they stand there in the same order, none left out, as far as the last task had come.
    in_a_row: bool,
}

impl Restart {
    /// The last of its entries that stand before, too.
    const fn last(&self) -> i64 {
        self.at + self.entries as i64 - 1
    }
}

impl Scan {
    /// Walks along the entries. A task carries records in order, so after an entry that stands before, too, the one with the
    /// next rank is expected, until the first new one. Going back is a restart; leaving some out is compaction on the source.
    fn of(from: i64, digests: &[Digest]) -> Self {
        let mut seen: HashMap<Digest, u32> = HashMap::with_capacity(digests.len());
        let mut scan = Self {
            rank: Vec::with_capacity(digests.len()),
            first: Vec::new(),
            restarts: Vec::new(),
            behind: None,
            goes_to_front: false,
        };
        for (offset, digest) in (from..).zip(digests) {
            let new = scan.first.len() as u32;
            let rank = *seen.entry(*digest).or_insert(new);
            scan.rank.push(rank);
            let expected = scan.behind;
            if rank == new {
                if let (Some(restart), Some(_)) = (scan.restarts.last_mut(), expected) {
                    restart.in_a_row = false;
                }
                scan.first.push(offset);
                scan.behind = None;
                continue;
            }
            let rank = rank as usize;
            scan.goes_to_front |= rank == 0;
            if expected.is_none_or(|expected| rank < expected) {
                scan.restarts.push(Restart { at: offset, entries: 0, in_a_row: true });
            }
            if let Some(restart) = scan.restarts.last_mut() {
                restart.in_a_row &= restart.at == offset || expected == Some(rank);
                restart.entries = usize::try_from(offset - restart.at).unwrap_or_default() + 1;
            }
            scan.behind = Some(rank + 1).filter(|next| *next < scan.first.len());
        }
        scan
    }

    fn copies(self, from: i64, points: &[Sync]) -> Copies {
        let mut sure = self.first.clone();
        let mut any = self.first.clone();
        let index = |offset: i64| usize::try_from(offset - from).unwrap_or_default();
        let entries = |restart: &Restart| index(restart.at)..index(restart.at) + restart.entries;
        // A rank that several records may share has copies of some of them only.
        let mut shared = vec![false; self.first.len()];
        for restart in self.restarts.iter().filter(|restart| !self.proven(restart, from, points)) {
            entries(restart).for_each(|at| shared[self.rank[at] as usize] = true);
        }
        for restart in &self.restarts {
            let proven = self.proven(restart, from, points);
            for at in entries(restart) {
                let rank = self.rank[at] as usize;
                any[rank] = from + at as i64;
                if proven && !shared[rank] {
                    sure[rank] = any[rank];
                }
            }
        }
        let last = self.restarts.last().map_or(from, Restart::last);
        let proven = self.restarts.iter().all(|restart| self.proven(restart, from, points));
        // Of what was not carried again, a record that looks like an earlier one can stand before the first that does not.
        let mut limit = self.behind.map(|behind| if proven { i64::MAX } else { self.first[behind - 1] + 1 });
        if self.ends_again(from) && !proven && !self.ends_level(from, points) {
            let behind = self.first[self.rank[index(last)] as usize] + 1;
            limit = Some(limit.unwrap_or(i64::MAX).min(behind));
        }
        for last in [&mut sure, &mut any] {
            for at in (1..last.len()).rev() {
                last[at - 1] = last[at - 1].min(last[at]);
            }
        }
        Copies { rank: self.rank, first: self.first, sure, any, last, limit, behind: self.behind }
    }

    /// Whether the last entry looks like an earlier one.
    fn ends_again(&self, from: i64) -> bool {
        self.restarts.last().is_some_and(|restart| restart.last() == from + self.rank.len() as i64 - 1)
    }

    /// Whether the last restart has carried again what stands right before it, all of it: then its task has come exactly as
    /// far as its predecessor. Fewer than three entries could be records that look the same, and so could any where a
    /// restart is not in a row. So could its first one, and be the last that the predecessor carried, unless a sync says that
    /// there a record stands which was carried before.
    fn ends_level(&self, from: i64, points: &[Sync]) -> bool {
        let Some(restart) = self.restarts.last() else { return true };
        let begins = points.iter().find(|point| point.downstream == restart.at);
        let goes_back = |point: &Sync| {
            points.iter().any(|other| other.downstream < restart.at && other.upstream >= point.upstream)
        };
        if !begins.is_some_and(goes_back) || !self.restarts.iter().all(|restart| restart.in_a_row) {
            return false;
        }
        let begun = usize::try_from(restart.at - from).unwrap_or_default();
        let before = begun.checked_sub(restart.entries).map(|start| &self.rank[start..begun]);
        restart.entries > 2 && before == Some(&self.rank[begun..])
    }

    /// Whether the points around a restart prove that what stands twice around it are copies.
    ///
    /// Between the point before and the next one ahead of it, the source has u2 − u1 offsets. The
    /// different entries between them are fewer by the records that were not carried and by different records that look the
    /// same. If they are as many, there are none of either. That holds for points whose entries look like none before:
    /// one that does would count from, or up to, the record that it looks like.
    fn proven(&self, restart: &Restart, from: i64, points: &[Sync]) -> bool {
        let at = restart.at;
        let behind = points.partition_point(|point| point.downstream < at);
        let rank = |point: &Sync| {
            let index = usize::try_from(point.downstream - from).unwrap_or_default();
            self.rank.get(index).map_or(self.first.len() as i64, |rank| i64::from(*rank))
        };
        // The end counts only if the last entry is new: then the last task has come further than its predecessor.
        let new = |point: &Sync| match self.first.get(rank(point) as usize) {
            Some(first) => *first == point.downstream,
            None => !self.ends_again(from),
        };
        let Some(before) = points[..behind].iter().rfind(|point| new(point)) else { return false };
        let ahead = points[behind..].iter().find(|point| point.upstream > before.upstream && new(point));
        restart.in_a_row
            && ahead.is_some_and(|ahead| ahead.upstream - before.upstream == rank(ahead) - rank(before))
    }
}
