//! How the world stands when roles change, and going on from there.

use super::{Conduct, Found};
use crate::estate::{
    Address, Continuation, Evidence, Fault, FaultKind, Object, ObjectId, Outcome, PartitionEnds, Query,
    Reading, Route, Snapshot, Start, Task, What,
};
use jiff::Timestamp;
use std::collections::BTreeMap;

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

    /// Sets a stopped connector to where its source ended at the cut-over, and notes that as where the mirroring begins:
    /// what the source holds behind it goes behind what the target holds now.
    pub(super) async fn continue_from_cut_over(&self, on: &Continuation) -> Found {
        let Continuation { connector, source, target, topics, .. } = on;
        let ends = self.memory.snapshot.as_ref().and_then(|snapshot| snapshot.ends.get(source));
        let ends = ends.ok_or_else(|| unknown(source))?;
        let query = |name: &String| Query::ends(target, name);
        let there = self.read(&topics.values().map(query).collect::<Vec<_>>()).await?;
        let (mut next, mut starts, at) = (BTreeMap::new(), Vec::new(), Timestamp::now());
        for (on_source, on_target) in topics {
            let partitions = ends.get(on_source).ok_or_else(|| unknown(source))?;
            next.insert(on_source.clone(), partitions.iter().map(|partition| partition.end).collect());
            let id = ObjectId::new(target, What::Ends(on_target.clone()));
            let there = super::wait::ends(there.get(&id)).map_or(&[][..], |ends| &ends.partitions);
            if there.iter().all(|at| at.end == 0) && partitions.iter().any(|at| at.end > 0) {
                return Err(came_back_empty(target, on_target, on));
            }
            let pairs = partitions.iter().zip(there);
            starts.extend((0..).zip(pairs).map(|(partition, (source, target))| Start {
                topic: on_source.clone(),
                partition,
                source: PartitionEnds { start: source.end, end: source.end },
                target: *target,
                continues: true,
                at: Some(at),
            }));
        }
        let (connector, source_alias) = (connector.clone(), source.name.clone());
        let task = Task::SetConnectorOffsets { connector, source_alias, next };
        match self.world.objects.perform(&task).await {
            Outcome::Done(_) => Ok(Evidence::Starts(starts)),
            Outcome::Failed(fault) | Outcome::Unknown(fault) => Err(fault),
            Outcome::Moved(_) => Err(unknown(source)),
        }
    }
}

/// What came before the cut-over would never be carried.
fn came_back_empty(target: &Address, topic: &str, on: &Continuation) -> Fault {
    let message =
        format!("{topic} on {} holds nothing of what was there when the roles changed", target.name);
    let hint = format!("it has to be carried whole: leeward failback plan {} -rebuild", on.pair.name);
    Fault::new(FaultKind::Conflict, message).hint(hint)
}

fn unknown(source: &Address) -> Fault {
    let message = format!("where {} ended at the cut-over is not known", source.name);
    let hint = "topics that are deleted on the other side are carried anew from their start";
    Fault::new(FaultKind::Conflict, message).hint(hint)
}

fn queries(route: &Route) -> Vec<Query> {
    let sides = |(on_source, on_target): (&String, &String)| {
        [Query::ends(&route.source, on_source), Query::ends(&route.target, on_target)]
    };
    let carried = route.connector.as_ref().and_then(Query::carried);
    route.topics.iter().flat_map(sides).chain(carried).collect()
}
