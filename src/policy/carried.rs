//! Which flow carries which topic, so that two that carry the same one are found without comparing all with all.

use super::flow::Flow;
use crate::estate::Address;
use std::collections::BTreeMap;

type Direction<'a> = (&'a Address, &'a Address);

/// Flows by what they carry.
pub(super) struct Carried<'v, 'a> {
    flows: &'v [Flow<'a>],
    by_name: BTreeMap<(Direction<'a>, &'v str), Vec<usize>>,
    by_pattern: BTreeMap<(Direction<'a>, &'v str), Vec<usize>>,
    with_patterns: BTreeMap<Direction<'a>, Vec<usize>>,
}

impl<'v, 'a> Carried<'v, 'a> {
    pub fn of(flows: &'v [Flow<'a>]) -> Self {
        let mut carried = Self {
            flows,
            by_name: BTreeMap::new(),
            by_pattern: BTreeMap::new(),
            with_patterns: BTreeMap::new(),
        };
        for (index, flow) in flows.iter().enumerate() {
            let direction = (flow.source, flow.target);
            for (_, name) in flow.asked() {
                carried.by_name.entry((direction, name)).or_default().push(index);
            }
            for pattern in patterns(flow) {
                carried.by_pattern.entry((direction, pattern)).or_default().push(index);
            }
            if flow.included.has_patterns() {
                carried.with_patterns.entry(direction).or_default().push(index);
            }
        }
        carried
    }

    /// Other flows in a direction that carry something of what this one carries, with the first such name or pattern.
    pub fn shared_with(&self, index: usize, direction: Direction<'a>) -> BTreeMap<usize, &'v str> {
        let flow = &self.flows[index];
        let mut shared = BTreeMap::new();
        let named = |name| self.by_name.get(&(direction, name)).into_iter().flatten();
        let patterned = self.with_patterns.get(&direction);
        for (_, name) in flow.asked() {
            let selecting = patterned.into_iter().flatten().filter(|other| self.flows[**other].selects(name));
            for other in named(name).chain(selecting) {
                shared.entry(*other).or_insert(name);
            }
        }
        for pattern in patterns(flow) {
            for other in self.by_pattern.get(&(direction, pattern)).into_iter().flatten() {
                shared.entry(*other).or_insert(pattern);
            }
        }
        shared.remove(&index);
        shared
    }
}

/// The selectors of a flow that are no plain names.
fn patterns<'v>(flow: &'v Flow<'_>) -> impl Iterator<Item = &'v str> {
    let selectors = flow.replication.topics.iter();
    selectors.filter(|selector| selector.name().is_none()).map(|selector| selector.0.as_str())
}
