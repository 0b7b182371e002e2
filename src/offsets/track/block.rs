//! A stretch of a track: its first sync, and the others as differences.

use super::{Hidden, Sync};

/// How many syncs a block holds: few enough to decode in passing, many enough that its head costs little.
const FULL: u8 = 64;

/// Up to 64 syncs that follow one another, with what a search needs to pass over them.
#[derive(Debug, Clone)]
pub(in crate::offsets) struct Block {
    first: Sync,
    /// Where its differences begin.
    at: usize,
    len: u8,
    /// The lowest source offset in it.
    pub(in crate::offsets) lowest: i64,
    /// The highest source offset in it and in all before it.
    pub(in crate::offsets) highest: i64,
    /// The state of the scan before its first sync.
    pub(in crate::offsets) hidden: Hidden,
    /// The widest span that ends in it.
    pub(in crate::offsets) widest: i64,
    /// No record that was carried again in a span that ends in it has its former copy at or before this target offset.
    pub(in crate::offsets) back: i64,
    /// The same of the spans in which more was written than can be read on the source.
    pub(in crate::offsets) back_broken: i64,
    /// How many records were carried again at most behind the broken spans that end in it, and in all before it.
    pub(in crate::offsets) broken: i64,
}

impl Block {
    pub(super) fn new(first: Sync, at: usize, hidden: Hidden, before: Option<&Self>) -> Self {
        Self {
            first,
            at,
            len: 1,
            lowest: first.upstream,
            highest: first.upstream.max(hidden.top),
            hidden,
            widest: 0,
            back: i64::MAX,
            back_broken: i64::MAX,
            broken: before.map_or(0, |before| before.broken),
        }
    }

    pub(super) const fn is_full(&self) -> bool {
        self.len == FULL
    }

    /// Takes in the sync after `last`, which is in it.
    pub(super) fn push(&mut self, deltas: &mut Vec<u8>, last: Sync, sync: Sync) {
        write(deltas, zigzag(sync.upstream.wrapping_sub(last.upstream)));
        write(deltas, (sync.downstream - last.downstream).cast_unsigned());
        self.len += 1;
        self.lowest = self.lowest.min(sync.upstream);
        self.highest = self.highest.max(sync.upstream);
    }

    /// Notes the span that ends at its last sync; if it is broken, how many records were carried again at most.
    pub(super) fn note(&mut self, width: i64, back: i64, broken: Option<i64>) {
        self.widest = self.widest.max(width);
        self.back = self.back.min(back);
        if let Some(again) = broken {
            self.back_broken = self.back_broken.min(back);
            self.broken += again;
        }
    }

    pub(in crate::offsets) const fn first(&self) -> Sync {
        self.first
    }

    /// Its syncs.
    pub(in crate::offsets) fn decode<'a>(&self, deltas: &'a [u8]) -> Decode<'a> {
        Decode { next: Some(self.first), left: self.len, bytes: deltas.get(self.at..).unwrap_or_default() }
    }
}

/// The syncs of a block, one after the other.
pub(in crate::offsets) struct Decode<'a> {
    next: Option<Sync>,
    left: u8,
    bytes: &'a [u8],
}

impl Iterator for Decode<'_> {
    type Item = Sync;

    fn next(&mut self) -> Option<Sync> {
        let sync = self.next.take()?;
        self.left -= 1;
        if self.left > 0 {
            let upstream = unzigzag(read(&mut self.bytes)).wrapping_add(sync.upstream);
            let downstream = read(&mut self.bytes).cast_signed() + sync.downstream;
            self.next = Some(Sync { upstream, downstream });
        }
        Some(sync)
    }
}

const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

const fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

/// Seven bits a byte, the lowest first; the highest bit of a byte says that more follow.
fn write(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value as u8) | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn read(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let Some((&byte, rest)) = bytes.split_first() else { break };
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    value
}
