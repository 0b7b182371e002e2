//! MirrorMaker's translation (`OffsetSyncStore`, Kafka 3.6 and later): 64 slots, exponentially spaced.

const SLOTS: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    upstream: i64,
    downstream: i64,
    serial: usize,
}

#[derive(Debug, Clone, Default)]
pub struct Store {
    slots: Vec<Slot>,
    serial: usize,
}

impl Store {
    pub fn of(syncs: &[(i64, i64)]) -> Self {
        let mut store = Self::default();
        syncs.iter().for_each(|(upstream, downstream)| store.push(*upstream, *downstream));
        store
    }

    pub fn push(&mut self, upstream: i64, downstream: i64) {
        self.serial += 1;
        let slot = Slot { upstream, downstream, serial: self.serial };
        if self.slots.is_empty() || upstream < self.slots[0].upstream {
            self.slots = vec![slot; SLOTS];
            return;
        }
        self.update(slot);
    }

    /// `updateSyncArray`: repairs the invariants in one pass, keeping old syncs where they still hold.
    fn update(&mut self, slot: Slot) {
        let original = self.slots.clone();
        let slots = &mut self.slots;
        let (mut replacement, mut from) = (slot, 0);
        slots[0] = slot;
        for current in 1..SLOTS {
            let previous = current - 1;
            loop {
                let old = original[from];
                let recent = invariant_b(slots[previous], old, previous, current);
                let apart_before = invariant_c(slots[previous], old, previous);
                let next = current + 1;
                let apart_after = next >= SLOTS || invariant_c(old, slots[next], current);
                let duplicate = from + 1 < SLOTS && old.serial == original[from + 1].serial;
                let promote = recent && apart_before && apart_after;
                if promote {
                    replacement = old;
                }
                let skip = duplicate || !apart_before;
                if promote || skip {
                    from += 1;
                }
                if !(from < current && skip) {
                    break;
                }
            }
            if invariant_b(slots[previous], slots[current], previous, current) {
                break;
            }
            slots[current] = replacement;
        }
    }

    /// `translateDownstream`: nothing if it has no answer.
    pub fn translate(&self, position: i64) -> Option<i64> {
        let slot = self.slots.iter().find(|slot| slot.upstream <= position)?;
        Some(slot.downstream + i64::from(slot.upstream != position))
    }
}

fn invariant_b(i_slot: Slot, j_slot: Slot, i: usize, j: usize) -> bool {
    let bound = j_slot.upstream.wrapping_add(1i64.wrapping_shl(j as u32)).wrapping_sub(1i64 << i);
    i_slot.serial == j_slot.serial || bound < 0 || i_slot.upstream <= bound
}

fn invariant_c(i_slot: Slot, j_slot: Slot, i: usize) -> bool {
    let bound = j_slot.upstream.wrapping_add(1i64 << i.saturating_sub(2));
    i_slot.serial == j_slot.serial || (bound >= 0 && i_slot.upstream >= bound)
}
