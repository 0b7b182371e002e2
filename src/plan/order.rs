//! The order of the steps: what each one comes after, and its number.

use super::draft::{Draft, DraftId, Drafts};
use super::{Action, Step, StepId};
use crate::estate::{Address, Estate, Object, Task, What};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

/// Something that a resource has to wait for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node<'a> {
    /// All topics that are made or changed on a cluster and wait for nothing themselves.
    Topics(&'a Address),
    /// All steps of a resource.
    Resource(&'a Address),
}

/// Gives the drafts their numbers, so that each comes after what its resource refers to.
///
/// A resource that has no steps hands on what it would wait for itself. Topics are waited for together, by one
/// task a cluster: a replication of 100,000 topics has a handful of edges.
pub(super) fn numbered(estate: &Estate, order: &[Address], mut drafts: Drafts) -> Vec<Step> {
    let waits = resource_waits(estate, order, &drafts);
    let mut by_cluster: BTreeMap<Address, Vec<DraftId>> = BTreeMap::new();
    let mut edges: Vec<(DraftId, Vec<DraftId>)> = Vec::new();
    for (address, nodes) in &waits.of {
        for root in roots(&drafts, address) {
            for node in nodes {
                match node {
                    Node::Resource(other) => edges.push((root, leaves(&drafts, other))),
                    Node::Topics(cluster) if waits.topics.contains_key(cluster) => {
                        by_cluster.entry((*cluster).clone()).or_default().push(root);
                    }
                    Node::Topics(_) => {}
                }
            }
        }
    }
    let barriers: Vec<(Draft, Vec<DraftId>)> = by_cluster
        .into_iter()
        .map(|(cluster, waiting)| (await_topics(&drafts, &cluster, &waits.topics[&cluster]), waiting))
        .collect();
    for (draft, waiting) in barriers {
        let barrier = drafts.add(draft);
        edges.extend(waiting.into_iter().map(|waiting| (waiting, vec![barrier])));
    }
    for (draft, after) in edges {
        drafts.steps[draft].after.extend(after);
    }
    into_steps(drafts.steps)
}

/// What the steps of each resource have to wait for.
struct Waits<'a> {
    of: BTreeMap<&'a Address, BTreeSet<Node<'a>>>,
    /// By cluster: the drafts of topics that wait for nothing.
    topics: HashMap<&'a Address, Vec<DraftId>>,
}

fn resource_waits<'a>(estate: &'a Estate, order: &'a [Address], drafts: &'a Drafts) -> Waits<'a> {
    let mut waits = Waits { of: BTreeMap::new(), topics: HashMap::new() };
    let mut handed_on: HashMap<&Address, BTreeSet<Node<'_>>> = HashMap::new();
    for address in order {
        let Some(declared) = estate.resources.get(address) else { continue };
        let mut nodes: BTreeSet<Node<'_>> = declared
            .after
            .iter()
            .filter_map(|dependency| handed_on.get(dependency))
            .flatten()
            .copied()
            .collect();
        let Some(own) = drafts.of_resource.get(address) else {
            if !nodes.is_empty() {
                handed_on.insert(address, nodes);
            }
            continue;
        };
        if nodes.is_empty() && own.iter().all(|id| is_topic(&drafts.steps[*id])) {
            handed_on.insert(address, waits.add_topics(drafts, own));
            continue;
        }
        nodes.extend(drafts.needs_topics_of.get(address).into_iter().flatten().map(Node::Topics));
        waits.of.insert(address, nodes);
        handed_on.insert(address, BTreeSet::from([Node::Resource(address)]));
    }
    waits
}

impl<'a> Waits<'a> {
    fn add_topics(&mut self, drafts: &'a Drafts, own: &[DraftId]) -> BTreeSet<Node<'a>> {
        let mut nodes = BTreeSet::new();
        for id in own {
            let draft = &drafts.steps[*id];
            if let (Some(object), Some(_)) = (&draft.object, partitions(draft)) {
                self.topics.entry(&object.place).or_default().push(*id);
                nodes.insert(Node::Topics(&object.place));
            }
        }
        nodes
    }
}

fn is_topic(draft: &Draft) -> bool {
    draft.object.as_ref().is_some_and(|object| matches!(object.what, What::Topic(_)))
}

/// The partitions that a topic has after its draft; none if nothing in the world changes.
fn partitions(draft: &Draft) -> Option<i32> {
    match &draft.action {
        Action::Adopt { fields, .. } if fields.is_empty() => None,
        Action::Create(Object::Topic(topic))
        | Action::Update { to: Object::Topic(topic), .. }
        | Action::Replace { to: Object::Topic(topic), .. }
        | Action::Adopt { to: Object::Topic(topic), .. } => Some(topic.partitions),
        _ => None,
    }
}

/// The one task that stands for all topics of a cluster.
fn await_topics(drafts: &Drafts, cluster: &Address, members: &[DraftId]) -> Draft {
    let topics = members
        .iter()
        .filter_map(|id| {
            let draft = &drafts.steps[*id];
            match (&draft.object.as_ref()?.what, partitions(draft)?) {
                (What::Topic(name), partitions) => Some((name.clone(), partitions)),
                _ => None,
            }
        })
        .collect();
    let task = Task::AwaitTopics { cluster: cluster.clone(), topics };
    Draft::new(cluster, None, Action::Task(task)).after(members.to_vec())
}

/// The drafts of a resource that come after no other draft of it.
fn roots(drafts: &Drafts, address: &Address) -> Vec<DraftId> {
    let own: BTreeSet<DraftId> = drafts.of_resource.get(address).into_iter().flatten().copied().collect();
    let is_root = |id: &DraftId| !drafts.steps[*id].after.iter().any(|after| own.contains(after));
    own.iter().copied().filter(is_root).collect()
}

/// The drafts of a resource that no other draft of it comes after.
fn leaves(drafts: &Drafts, address: &Address) -> Vec<DraftId> {
    let own = drafts.of_resource.get(address).map(Vec::as_slice).unwrap_or_default();
    let followed: BTreeSet<DraftId> = own.iter().flat_map(|id| &drafts.steps[*id].after).copied().collect();
    own.iter().copied().filter(|id| !followed.contains(id)).collect()
}

/// Numbers the drafts: by address and in the order of drafting, but each after what it needs.
fn into_steps(drafts: Vec<Draft>) -> Vec<Step> {
    let mut followers: Vec<Vec<DraftId>> = vec![Vec::new(); drafts.len()];
    let mut missing: Vec<usize> = vec![0; drafts.len()];
    for (id, draft) in drafts.iter().enumerate() {
        let after: BTreeSet<&DraftId> = draft.after.iter().collect();
        missing[id] = after.len();
        after.into_iter().for_each(|before| followers[*before].push(id));
    }
    let mut ready: BinaryHeap<Reverse<(&Address, DraftId)>> = (drafts.iter().enumerate())
        .filter(|(id, _)| missing[*id] == 0)
        .map(|(id, draft)| Reverse((&draft.address, id)))
        .collect();
    let mut order: Vec<DraftId> = Vec::with_capacity(drafts.len());
    while let Some(Reverse((_, id))) = ready.pop() {
        order.push(id);
        for follower in &followers[id] {
            missing[*follower] -= 1;
            if missing[*follower] == 0 {
                ready.push(Reverse((&drafts[*follower].address, *follower)));
            }
        }
    }
    debug_assert_eq!(order.len(), drafts.len(), "drafts depend on each other");
    renumbered(drafts, &order)
}

fn renumbered(drafts: Vec<Draft>, order: &[DraftId]) -> Vec<Step> {
    let mut number = vec![StepId(0); drafts.len()];
    for (new, old) in (0..).zip(order) {
        number[*old] = StepId(new);
    }
    let mut drafts: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
    let taken = order.iter().filter_map(|old| drafts[*old].take().map(|draft| (number[*old], draft)));
    taken
        .map(|(id, draft)| {
            let after: BTreeSet<StepId> = draft.after.iter().map(|before| number[*before]).collect();
            Step {
                id,
                address: draft.address,
                object: draft.object,
                role: draft.role,
                after: after.into_iter().collect(),
                expect: draft.expect,
                action: draft.action,
                undo: draft.undo,
                on_remove: draft.on_remove,
                reason: draft.reason,
                wave: 0,
                optional: false,
            }
        })
        .collect()
}
