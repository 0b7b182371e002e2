//! The log of a partition on the source.

use super::random::Random;
use leeward::offsets::Digest;

/// What stands at an offset of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A record that consumers see.
    Record { key: u64, digest: Digest },
    /// A record that a transformation of the connector drops.
    Filtered,
    /// A control record, a record of an aborted transaction, or nothing any more.
    Nothing,
}

/// What sort of a topic it is.
#[derive(Debug, Clone, Copy)]
pub struct Sort {
    pub transactions: bool,
    pub compacted: bool,
    pub filtered: bool,
    pub alike: bool,
}

#[derive(Debug, Clone)]
pub struct Source {
    pub sort: Sort,
    pub places: Vec<Place>,
    /// What once stood at each offset, compacted or not: key and looks.
    pub written: Vec<Option<(u64, Digest)>>,
    /// The first offset that is still there.
    pub start: i64,
    serial: u64,
}

impl Source {
    pub fn new(sort: Sort) -> Self {
        Self { sort, places: Vec::new(), written: Vec::new(), start: 0, serial: 0 }
    }

    pub fn end(&self) -> i64 {
        self.places.len() as i64
    }

    pub fn at(&self, offset: i64) -> Place {
        self.places.get(offset as usize).copied().unwrap_or(Place::Nothing)
    }

    /// Appends a batch: records, in a transaction if the topic has them, one in five aborted.
    pub fn append(&mut self, records: u64, random: &mut Random) {
        let aborted = self.sort.transactions && random.happens(20);
        for _ in 0..records {
            let place = if aborted {
                Place::Nothing
            } else if self.sort.filtered && random.happens(10) {
                Place::Filtered
            } else {
                self.record(random)
            };
            self.push(place);
        }
        if self.sort.transactions {
            self.push(Place::Nothing);
        }
    }

    fn push(&mut self, place: Place) {
        self.places.push(place);
        self.written.push(if let Place::Record { key, digest } = place { Some((key, digest)) } else { None });
    }

    fn record(&mut self, random: &mut Random) -> Place {
        self.serial += 1;
        let key = random.below(12);
        let alike = self.sort.alike && random.happens(15);
        let digest = if alike { u128::from(random.below(4)) } else { 1000 + u128::from(self.serial) };
        Place::Record { key, digest: Digest(digest) }
    }

    /// Takes records away whose key has a later record, each with a chance, before an offset; answers which it took.
    pub fn compact(&mut self, before: i64, random: &mut Random) -> Vec<i64> {
        let mut taken = Vec::new();
        for at in 0..before.min(self.end()) as usize {
            let Place::Record { key, .. } = self.places[at] else { continue };
            let later = |place: &Place| matches!(place, Place::Record { key: other, .. } if *other == key);
            if random.happens(60) && self.places[at + 1..].iter().any(later) {
                self.places[at] = Place::Nothing;
                taken.push(at as i64);
            }
        }
        taken
    }
}
