//! Removing what a drill leaves.

use super::wait::settled;
use super::{Conduct, Found};
use crate::estate::{Change, Evidence, Fault, ObjectId, Query, Reading, SecretRef, Verb, What};
use std::sync::Arc;

impl Conduct<'_> {
    /// Removes what is there of these objects: connectors first, so that none makes a topic anew. A place that does not
    /// answer keeps nothing else from being removed.
    pub(super) async fn sweep(&self, objects: &[ObjectId]) -> Found {
        let (connectors, others): (Vec<&ObjectId>, Vec<&ObjectId>) =
            objects.iter().partition(|id| matches!(id.what, What::Connector(_)));
        let (mut removed, mut faults) = (0, Vec::<Fault>::new());
        for part in [connectors, others] {
            self.remove(&part, &mut removed, &mut faults).await;
        }
        let mut messages: Vec<String> = faults.iter().map(|fault| fault.message.clone()).collect();
        messages.dedup();
        match faults.into_iter().next() {
            None if removed == 0 => Ok(Evidence::Seen("nothing was there".into())),
            None => Ok(Evidence::Seen(format!("{removed} objects removed"))),
            Some(first) => Err(Fault::new(
                first.kind,
                format!("what the drill left could not all be removed: {}", messages.join("; ")),
            )
            .hint("`leeward drill clean` removes the rest, once all answer")),
        }
    }

    async fn remove(&self, objects: &[&ObjectId], removed: &mut usize, faults: &mut Vec<Fault>) {
        let queries: Vec<Query> = objects.iter().filter_map(|id| query(id)).collect();
        let mut changes = Vec::new();
        for (query, reading) in queries.iter().zip(self.world.objects.read(&queries).await) {
            match reading {
                Reading::Present(object) => {
                    changes.push(Change { id: query.id(), verb: Verb::Delete(object) });
                }
                Reading::Absent => {}
                Reading::Unreachable(fault) => faults.push(fault),
            }
        }
        if changes.is_empty() {
            return;
        }
        for (change, outcome) in changes.iter().zip(self.world.objects.change(&changes).await) {
            match settled(change, outcome) {
                Ok(()) => *removed += 1,
                Err(fault) => faults.push(fault),
            }
        }
    }
}

/// The question for an object of a sort that a drill leaves.
fn query(id: &ObjectId) -> Option<Query> {
    let place = id.place.clone();
    Some(match &id.what {
        What::Topic(name) => Query::Topic { cluster: place, name: name.clone(), keys: Arc::default() },
        What::Group(name) => Query::Group { cluster: place, name: name.clone() },
        What::Connector(name) => {
            let secrets = Vec::<(String, SecretRef)>::new();
            Query::Connector { connect: place, name: name.clone(), secrets }
        }
        What::RecordSet { zone, name, rtype } => {
            Query::RecordSet { dns: place, zone: zone.clone(), name: name.clone(), rtype: *rtype }
        }
        _ => return None,
    })
}
