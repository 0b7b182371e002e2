//! From which side to which a tail would have flowed, and by which connectors.

use super::TailError;
use crate::estate::{Address, Carries, Estate, Naming, ObjectId, Resource, Role, Side, source_connector};
use crate::state::State;

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
}

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
            })
            .collect();
        if flows.is_empty() {
            return Err(TailError::NoFlow(pair.clone()));
        }
        Ok(Self { pair: pair.clone(), epoch, side, source: source.clone(), target: target.clone(), flows })
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
