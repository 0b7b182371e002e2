//! What the planner knows: estate, observed world and state, indexed for its questions.

use super::{Options, PlanKind};
use crate::estate::{
    Address, Binding, Connector, Declared, Desired, Estate, Fault, FaultKind, Grants, Lifecycle, Object,
    ObjectId, Observed, Owned, Reading, Resource, Setting, Snapshot, Start, What,
};
use crate::state::State;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Who owns an object: under which address, and what is remembered of it.
#[derive(Clone, Copy)]
pub(super) struct Holder<'a> {
    pub address: &'a Address,
    pub owned: &'a Owned,
}

/// What was seen where an object is or should be.
pub(super) enum Sight<'a> {
    There(&'a Object),
    Gone,
    Unseen(Fault),
}

/// Estate, observed world and state, indexed for the planner's questions.
pub(super) struct World<'a> {
    pub estate: &'a Estate,
    pub observed: &'a Observed,
    pub state: &'a State,
    pub options: &'a Options,
    holders: HashMap<&'a ObjectId, Holder<'a>>,
    /// Who wants each object once the plan is done.
    staying: HashMap<&'a ObjectId, &'a Address>,
    /// How many accesses want an entry on a cluster: one entry in Kafka can stand for several.
    granted: HashMap<(&'a Address, &'a Binding), usize>,
    /// The clusters that Connect clusters are attached to.
    attached: BTreeMap<&'a Address, &'a Address>,
    /// Clusters by the name that connectors know them by.
    aliases: BTreeMap<&'a str, Vec<&'a Address>>,
}

impl<'a> World<'a> {
    pub(super) fn new(
        estate: &'a Estate,
        observed: &'a Observed,
        state: &'a State,
        options: &'a Options,
        staying: impl Iterator<Item = &'a Desired> + Clone,
    ) -> Self {
        let holders = (state.resources.iter())
            .flat_map(|(address, owned)| owned.iter().map(move |owned| Holder { address, owned }))
            .map(|holder| (&holder.owned.id, holder))
            .collect();
        let mut granted = HashMap::new();
        for desired in staying.clone() {
            for binding in bindings(&desired.object) {
                *granted.entry((&desired.id.place, binding)).or_default() += 1;
            }
        }
        let mut aliases: BTreeMap<&str, Vec<&Address>> = BTreeMap::new();
        for (address, _) in estate.clusters() {
            aliases.entry(&address.name).or_default().push(address);
        }
        let attached = estate.connects().map(|(address, connect)| (address, &connect.cluster)).collect();
        let staying = staying.map(|desired| (&desired.id, &desired.address)).collect();
        Self { estate, observed, state, options, holders, staying, granted, attached, aliases }
    }

    pub(super) fn holder(&self, id: &ObjectId) -> Option<Holder<'a>> {
        self.holders.get(id).copied()
    }

    /// Who wants an object once the plan is done.
    pub(super) fn wanted_by(&self, id: &ObjectId) -> Option<&'a Address> {
        self.staying.get(id).copied()
    }

    pub(super) fn declared(&self, address: &Address) -> Option<&'a Declared> {
        self.estate.resources.get(address)
    }

    pub(super) fn lifecycle(&self, address: &Address) -> Lifecycle {
        self.declared(address).map(|declared| declared.lifecycle.clone()).unwrap_or_default()
    }

    pub(super) fn destroys(&self) -> bool {
        self.options.kind == PlanKind::Destroy
    }

    pub(super) fn replaces(&self, address: &Address) -> bool {
        self.options.replace.iter().any(|named| named.covers(address))
    }

    /// How the world stood when the roles of a replication's pair last changed, if they ever did.
    pub(super) fn cut_over(&self, replication: &Address) -> Option<(&'a Address, &'a Snapshot)> {
        let pair = self.pair_of(replication)?;
        Some((pair, self.state.pairs.get(pair)?.snapshot.as_ref()?))
    }

    /// Whether the flow of a replication from `source` has still to be told to go on from where the roles last changed: they
    /// did change, and the starts that are known are not those of the cut-over.
    pub(super) fn has_to_continue(&self, replication: &Address, source: &Address) -> bool {
        let Some((pair, snapshot)) = self.cut_over(replication) else { return false };
        let since = self.state.pairs.get(pair).and_then(|pair| pair.since);
        let Some(ends) =
            snapshot.ends.get(source).filter(|_| since.is_some_and(|since| snapshot.at <= since))
        else {
            return false;
        };
        let starts = self.state.starts.get(replication).map(Vec::as_slice).unwrap_or_default();
        let continues = |start: &Start| {
            let at = usize::try_from(start.partition).ok();
            let end = at.and_then(|at| ends.get(&start.topic)?.get(at));
            start.continues && end.is_some_and(|end| end.end == start.source.end)
        };
        !starts.iter().any(continues)
    }

    /// A cluster of a replication's pair that may still take writes, because it could not be fenced.
    pub(super) fn unfenced(&self, replication: &Address) -> Option<&'a Address> {
        self.state.pairs.get(self.pair_of(replication)?)?.pending_fences.first()
    }

    fn pair_of(&self, replication: &Address) -> Option<&'a Address> {
        match &self.declared(replication)?.resource {
            Resource::Replication(replication) => Some(&replication.pair),
            _ => None,
        }
    }

    /// What was seen of an object. Grants of which no entry is left are gone.
    pub(super) fn sight(&self, id: &ObjectId) -> Sight<'a> {
        match self.observed.reading(id) {
            Some(Reading::Present(Object::Grants(grants))) if grants.bindings.is_empty() => Sight::Gone,
            Some(Reading::Present(object)) => Sight::There(object),
            Some(Reading::Absent) => Sight::Gone,
            Some(Reading::Unreachable(fault)) => Sight::Unseen(fault.clone()),
            None => Sight::Unseen(Fault::new(FaultKind::Internal, format!("{id} was not read"))),
        }
    }

    /// Why a place as a whole can't be reached, if so.
    pub(super) fn lost(&self, place: &Address) -> Option<&'a Fault> {
        [What::Cluster, What::Connect].into_iter().find_map(|what| {
            match self.observed.reading(&ObjectId::new(place, what)) {
                Some(Reading::Unreachable(fault)) => Some(fault),
                _ => None,
            }
        })
    }

    /// Whether an entry stays on a cluster for the sake of another `access` than the one that wants `mine`.
    pub(super) fn is_granted_elsewhere(&self, cluster: &Address, binding: &Binding, mine: &Grants) -> bool {
        let by_me = usize::from(mine.bindings.contains(binding));
        self.granted.get(&(cluster, binding)).copied().unwrap_or_default() > by_me
    }

    /// The places that have to answer for a change of an object to come to its end.
    pub(super) fn touched(&self, id: &'a ObjectId, object: &'a Object) -> BTreeSet<&'a Address> {
        let mut touched = BTreeSet::from([&id.place]);
        if let Object::Connector(connector) = object {
            touched.insert(self.cluster_at(&id.place));
            touched.extend(self.clusters_of(connector));
        }
        touched
    }

    /// The cluster that a place is attached to, or is itself.
    pub(super) fn cluster_at<'b>(&self, place: &'b Address) -> &'b Address
    where
        'a: 'b,
    {
        self.attached.get(place).copied().unwrap_or(place)
    }

    /// The clusters that a connector reads from or writes to, by the aliases in its settings.
    pub(super) fn clusters_of(&self, connector: &Connector) -> Vec<&'a Address> {
        ["source.cluster.alias", "target.cluster.alias"]
            .into_iter()
            .filter_map(|key| match connector.config.get(key) {
                Some(Setting::Plain(alias)) => self.aliases.get(alias.as_str()),
                _ => None,
            })
            .flatten()
            .copied()
            .collect()
    }
}

fn bindings(object: &Object) -> impl Iterator<Item = &Binding> {
    let grants = match object {
        Object::Grants(grants) => Some(grants),
        _ => None,
    };
    grants.into_iter().flat_map(|grants| &grants.bindings)
}
