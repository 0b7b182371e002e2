//! How the world stands when roles change, and going on from there.

use super::{Conduct, Found};
use crate::estate::{
    Address, Evidence, Fault, FaultKind, Object, ObjectId, Outcome, Query, Reading, Route, Snapshot, Task,
    What,
};
use jiff::Timestamp;

impl Conduct<'_> {
    /// Notes where every log ends on both sides, and how far connectors have carried. What does not answer is left out and
    /// named: a failover must not wait for it.
    pub(super) async fn take_snapshot(&self, routes: &[Route]) -> Found {
        let queries: Vec<Query> = routes.iter().flat_map(queries).collect();
        let readings = self.world.objects.read(&queries).await;
        let mut snapshot = Snapshot { at: Timestamp::now(), ..Snapshot::default() };
        for (query, reading) in queries.iter().zip(readings) {
            let id = query.id();
            match (id.what, reading) {
                (_, Reading::Unreachable(fault)) => {
                    snapshot.silent.insert(id.place, fault.message);
                }
                (What::Ends(topic), Reading::Present(Object::Ends(ends))) => {
                    snapshot.ends.entry(id.place).or_default().insert(topic, ends.partitions);
                }
                (What::Carried(name), Reading::Present(Object::Carried(carried))) => {
                    let of = ObjectId::connector(&id.place, name);
                    let route = routes.iter().find(|route| route.connector.as_ref() == Some(&of));
                    snapshot.carried.extend(route.map(|route| (route.replication.clone(), carried)));
                }
                _ => {}
            }
        }
        Ok(Evidence::Snapshot(Box::new(snapshot)))
    }

    /// Sets a stopped connector to where its source ended at the cut-over.
    pub(super) async fn continue_from_cut_over(
        &self,
        connector: &ObjectId,
        source: &Address,
    ) -> Outcome<Evidence> {
        let ends = self.memory.snapshot.as_ref().and_then(|snapshot| snapshot.ends.get(source));
        let Some(ends) = ends else {
            let message = format!("where {} ended at the cut-over is not known", source.name);
            let hint = "rebuild the other side: `leeward failback run PAIR -rebuild` carries everything anew";
            return Outcome::Failed(Fault::new(FaultKind::Conflict, message).hint(hint));
        };
        let next = ends.iter().map(|(topic, partitions)| {
            (topic.clone(), partitions.iter().map(|partition| partition.end).collect())
        });
        let task = Task::SetConnectorOffsets {
            connector: connector.clone(),
            source_alias: source.name.clone(),
            next: next.collect(),
        };
        self.world.objects.perform(&task).await
    }
}

fn queries(route: &Route) -> Vec<Query> {
    let ends =
        |cluster: &Address, topic: &String| Query::Ends { cluster: cluster.clone(), topic: topic.clone() };
    let sides = route
        .topics
        .iter()
        .flat_map(|(on_source, on_target)| [ends(&route.source, on_source), ends(&route.target, on_target)]);
    let carried = route.connector.as_ref().and_then(|connector| match &connector.what {
        What::Connector(name) => {
            Some(Query::Carried { connect: connector.place.clone(), connector: name.clone() })
        }
        _ => None,
    });
    sides.chain(carried).collect()
}
