//! Where the mirroring of topics begins.

use crate::estate::{Ends, Start};
use std::collections::BTreeMap;

/// The ends of each partition on the source beside those on the target, for the partitions that both have.
pub(super) fn beside(
    topics: &BTreeMap<String, String>,
    sources: &BTreeMap<String, Ends>,
    targets: &BTreeMap<String, Ends>,
) -> Vec<Start> {
    let mut starts = Vec::new();
    for (topic, on_target) in topics {
        let (Some(source), Some(target)) = (sources.get(topic), targets.get(on_target)) else { continue };
        for (partition, (source, target)) in (0i32..).zip(source.partitions.iter().zip(&target.partitions)) {
            starts.push(Start {
                topic: topic.clone(),
                partition,
                source: *source,
                target: *target,
                continues: false,
                at: None,
            });
        }
    }
    starts
}
