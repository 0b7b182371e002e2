//! Consumer groups: read where they stand, and set.

use super::{scenes, topic};
use crate::e2e::unique;
use crate::estate::sample::address;
use crate::provider::stage::{Stage, failed};
use leeward::estate::{FaultKind, Group, Object, ObjectId, Outcome, Query, Reading, Verb, What};
use std::collections::BTreeMap;

scenes!(
    live: a_group_stands_where_it_is_set,
    a_group_can_not_stand_on_what_is_not_there,
    many_groups_are_set_and_read_at_once,
);

fn id(name: &str) -> ObjectId {
    ObjectId::new(&address("cluster.shanghai"), What::Group(name.to_owned()))
}

fn query(name: &str) -> Query {
    Query::Group { cluster: address("cluster.shanghai"), name: name.to_owned() }
}

fn group(topic: &str, positions: &[(i32, i64)]) -> Group {
    Group { members: 0, positions: BTreeMap::from([(topic.to_owned(), positions.iter().copied().collect())]) }
}

/// A topic of three partitions.
async fn made(stage: &Stage) -> String {
    let name = unique("contract-group");
    let id = ObjectId::topic(&address("cluster.shanghai"), &name);
    stage.done(&id, Verb::Create(Object::Topic(topic(3, &[])))).await;
    name
}

async fn a_group_stands_where_it_is_set(stage: &Stage) {
    let (topic, name) = (made(stage).await, unique("group"));
    assert_eq!(stage.read(query(&name)).await, Reading::Absent);
    let (one, two) = (group(&topic, &[(0, 7), (1, 0)]), group(&topic, &[(0, 9), (2, 4)]));
    stage.done(&id(&name), Verb::Create(Object::Group(one.clone()))).await;
    assert_eq!(stage.present(query(&name)).await, Object::Group(one.clone()));
    // Partition 1 is taken away, 0 moves, 2 is new.
    let (from, to) = (Object::Group(one), Object::Group(two));
    stage.done(&id(&name), Verb::Update { from: from.clone(), to: to.clone() }).await;
    assert_eq!(stage.present(query(&name)).await, to);
    stage.done(&id(&name), Verb::Update { from, to }).await;
}

async fn a_group_can_not_stand_on_what_is_not_there(stage: &Stage) {
    let name = unique("group");
    let nowhere = Object::Group(group(&unique("nowhere"), &[(0, 1)]));
    match stage.change(&id(&name), Verb::Create(nowhere)).await {
        Outcome::Unknown(_) => {}
        outcome => assert_eq!(failed(outcome).kind, FaultKind::Conflict),
    }
    assert_eq!(stage.read(query(&name)).await, Reading::Absent);
}

async fn many_groups_are_set_and_read_at_once(stage: &Stage) {
    let topic = made(stage).await;
    let names: Vec<String> = (0..70).map(|_| unique("group")).collect();
    let change = |(at, name): (i64, &String)| leeward::estate::Change {
        id: id(name),
        verb: Verb::Create(Object::Group(group(&topic, &[(0, at), (2, at + 1)]))),
    };
    let changes: Vec<_> = (0..).zip(&names).map(change).collect();
    let outcomes = stage.world.change(&changes).await;
    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Done(())), "{outcomes:?}");
    let queries: Vec<Query> = names.iter().map(|name| query(name)).collect();
    let readings = stage.world.read(&queries).await;
    for (at, reading) in (0..).zip(readings) {
        assert_eq!(reading, Reading::Present(Object::Group(group(&topic, &[(0, at), (2, at + 1)]))));
    }
}
