//! From which side to which a tail would have flowed, and by which connectors.

use super::TailError;
use crate::estate::{
    Address, Carries, Estate, Naming, ObjectId, PartitionEnds, Replication, Resource, Role, Side, Start,
    source_connector,
};
use crate::state::State;
use std::collections::BTreeMap;

/// The way that the records of a pair's side take to the other.
#[derive(Debug, Clone)]
pub struct Course {
    /// The pair.
    pub pair: Address,
    /// The pair's epoch.
    pub epoch: u64,
    /// The side whose tail it is.
    pub side: Side,
    /// The cluster of that side.
    pub source: Address,
    /// The cluster that the records were carried to.
    pub target: Address,
    /// The flows between them.
    pub flows: Vec<Flow>,
    /// Where the target ended when the side ceased to be active; none if that is not known.
    cut_over: Option<CutOver>,
}

/// One replication, in the direction of the course.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The replication.
    pub replication: Address,
    /// The connector that carried the records; none where no Connect cluster is attached to the target.
    pub connector: Option<ObjectId>,
    /// How topics are called on the target.
    pub naming: Naming,
    carries: Carries,
    /// By topic on the source and partition, the offset from which on records came from the target: it was mirrored back to
    /// since the last change of roles.
    pub(super) mirrored_from: BTreeMap<(String, i32), i64>,
}

/// Where the logs of the target ended when the roles changed, by topic: what stands behind was written by clients.
pub(super) type CutOver = BTreeMap<String, Vec<PartitionEnds>>;

impl Course {
    /// The course of a pair. Without a side it is the one that clients wrote to before the last change of roles; in a
    /// pair that never changed them, the active one.
    ///
    /// # Errors
    /// [`TailError::NoPair`], [`TailError::NoFlow`].
    pub fn of(estate: &Estate, state: &State, pair: &Address, side: Option<Side>) -> Result<Self, TailError> {
        let declared = estate.pair(pair).ok_or_else(|| TailError::NoPair(pair.clone()))?;
        let epoch = state.epoch(pair);
        let before = if epoch == 0 { declared.active } else { declared.active.other() };
        let side = side.unwrap_or(before);
        let (today, is_standby) = (estate, side != declared.active);
        let estate = with_active(estate, pair, side);
        let declared = estate.pair(pair).ok_or_else(|| TailError::NoPair(pair.clone()))?;
        let (source, target) = (declared.with_role(Role::Active), declared.with_role(Role::Standby));
        let flows: Vec<Flow> = estate
            .replications()
            .filter(|(_, replication)| replication.pair == *pair)
            .map(|(address, replication)| Flow {
                replication: address.clone(),
                connector: source_connector(&estate, address, replication),
                naming: replication.naming.clone(),
                carries: Carries::of(replication, &target.name),
                mirrored_from: if is_standby {
                    mirrored_from(today, state, address, replication)
                } else {
                    BTreeMap::new()
                },
            })
            .collect();
        if flows.is_empty() {
            return Err(TailError::NoFlow(pair.clone()));
        }
        let snapshot = state.pairs.get(pair).and_then(|pair| pair.snapshot.as_ref()).filter(|_| is_standby);
        let cut_over = snapshot.and_then(|snapshot| snapshot.ends.get(target)).cloned();
        let (source, target) = (source.clone(), target.clone());
        Ok(Self { pair: pair.clone(), epoch, side, source, target, flows, cut_over })
    }

    /// Behind which offset of a topic on the target nothing was carried, if that is known: there clients have written, and a
    /// record that nobody had acknowledged to them may stand on both sides.
    pub(super) fn carried_until(&self, topic: &str, partition: i32) -> Option<i64> {
        let ends = self.cut_over.as_ref()?.get(topic)?;
        Some(usize::try_from(partition).ok().and_then(|at| ends.get(at)).map_or(0, |ends| ends.end))
    }

    /// The flow that carries a topic of the source, if one does.
    pub fn flow_of(&self, topic: &str) -> Option<&Flow> {
        self.flows.iter().find(|flow| flow.carries.topic(topic))
    }

    /// The name on the target of a topic of the source.
    pub fn carried_as(&self, topic: &str) -> Option<String> {
        self.flow_of(topic).map(|flow| flow.naming.on_standby(&self.source.name, topic))
    }
}

/// Where the standby's logs ended when it began to be mirrored to again: what stands behind that was carried to it.
fn mirrored_from(
    today: &Estate,
    state: &State,
    address: &Address,
    replication: &Replication,
) -> BTreeMap<(String, i32), i64> {
    let connector = source_connector(today, address, replication);
    let owned = state.resources.get(address).map(Vec::as_slice).unwrap_or_default();
    // The starts that are known may still be those of the other direction.
    let (Some(pair), true) =
        (today.pair(&replication.pair), owned.iter().any(|it| Some(&it.id) == connector.as_ref()))
    else {
        return BTreeMap::new();
    };
    let active = pair.with_role(Role::Active);
    let snapshot = state.pairs.get(&replication.pair).and_then(|pair| pair.snapshot.as_ref());
    let Some(ends) = snapshot.and_then(|snapshot| snapshot.ends.get(active)) else { return BTreeMap::new() };
    let starts = state.starts.get(address).map(Vec::as_slice).unwrap_or_default();
    let is_of_cut_over = |start: &&Start| {
        let at = usize::try_from(start.partition).ok();
        let end = at.and_then(|at| ends.get(&start.topic)?.get(at));
        start.continues && end.is_some_and(|end| end.end == start.source.end)
    };
    let from = |start: &Start| {
        let topic = replication.naming.on_standby(&active.name, &start.topic);
        ((topic, start.partition), start.target.end)
    };
    starts.iter().filter(is_of_cut_over).map(from).collect()
}

/// The estate as it would be if this side were active.
fn with_active(estate: &Estate, pair: &Address, side: Side) -> Estate {
    let mut estate = estate.clone();
    if let Some(declared) = estate.resources.get_mut(pair)
        && let Resource::Pair(pair) = &mut declared.resource
    {
        pair.active = side;
    }
    estate
}
