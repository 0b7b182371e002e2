//! Topics: made, read, changed, deleted.

use super::scenes;
use crate::e2e::unique;
use crate::provider::stage::{Stage, cluster, failed};
use leeward::estate::{
    Change, Ends, FaultKind, Object, ObjectId, Outcome, PartitionEnds, Producers, Query, Reading,
    TopicObject, TopicSetting, Verb, What,
};
use std::collections::BTreeSet;
use std::sync::Arc;

scenes!(
    live: a_topic_lives,
    only_the_difference_is_changed,
    a_change_made_twice_is_done,
    what_exists_is_not_made,
    what_is_gone_is_not_changed,
    a_topic_made_anew_is_another_one,
    what_the_cluster_refuses_is_refused_alone,
    outcomes_stand_in_the_order_of_the_changes,
    ends_begin_at_zero,
    nobody_has_written_to_a_new_topic,
);

pub fn topic(partitions: i32, config: &[(&str, &str)]) -> TopicObject {
    let own = |(key, value): &(&str, &str)| ((*key).to_owned(), TopicSetting::Own((*value).to_owned()));
    TopicObject {
        incarnation: None,
        partitions,
        replication_factor: 1,
        config: config.iter().map(own).collect(),
    }
}

fn query(name: &str, keys: &[&str]) -> Query {
    let keys: BTreeSet<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    Query::Topic { cluster: cluster(), name: name.to_owned(), keys: Arc::new(keys) }
}

async fn present(stage: &Stage, name: &str, keys: &[&str]) -> TopicObject {
    match stage.present(query(name, keys)).await {
        Object::Topic(topic) => topic,
        other => panic!("{other:?}"),
    }
}

const RETENTION: &str = "retention.ms";

async fn a_topic_lives(stage: &Stage) {
    let name = unique("contract");
    let id = ObjectId::topic(&cluster(), &name);
    assert_eq!(stage.read(query(&name, &[RETENTION])).await, Reading::Absent);
    let wanted = topic(2, &[(RETENTION, "3600000")]);
    stage.done(&id, Verb::Create(Object::Topic(wanted.clone()))).await;

    let there = present(stage, &name, &[RETENTION, "segment.ms"]).await;
    assert_eq!((there.partitions, there.replication_factor), (2, 1));
    assert_eq!(there.config[RETENTION], TopicSetting::Own("3600000".into()));
    assert_eq!(there.config["segment.ms"], TopicSetting::Inherited("604800000".into()));
    assert_eq!(there.incarnation.as_ref().map(String::len), Some(22), "16 bytes in base64 without padding");
    assert_eq!(present(stage, &name, &[]).await.config.len(), 0, "only what was asked for");

    let to = TopicObject { partitions: 3, ..topic(3, &[(RETENTION, "7200000")]) };
    stage.done(&id, Verb::Update { from: Object::Topic(there), to: Object::Topic(to) }).await;
    let there = present(stage, &name, &[RETENTION]).await;
    assert_eq!(there.partitions, 3);
    assert_eq!(there.config[RETENTION], TopicSetting::Own("7200000".into()));

    stage.done(&id, Verb::Delete(Object::Topic(there))).await;
    assert_eq!(stage.read(query(&name, &[RETENTION])).await, Reading::Absent);
}

async fn only_the_difference_is_changed(stage: &Stage) {
    let name = unique("contract");
    let id = ObjectId::topic(&cluster(), &name);
    let made = topic(1, &[(RETENTION, "3600000"), ("segment.ms", "1000000")]);
    stage.done(&id, Verb::Create(Object::Topic(made))).await;
    // Someone else sets something, and leeward sets and takes back what is its own.
    let by_another = Verb::Update {
        from: Object::Topic(topic(1, &[])),
        to: Object::Topic(topic(1, &[("max.message.bytes", "2000000")])),
    };
    stage.done(&id, by_another).await;
    let (from, to) = (topic(1, &[(RETENTION, "3600000")]), topic(1, &[("cleanup.policy", "compact")]));
    stage.done(&id, Verb::Update { from: Object::Topic(from), to: Object::Topic(to) }).await;

    let keys = [RETENTION, "segment.ms", "max.message.bytes", "cleanup.policy"];
    let there = present(stage, &name, &keys).await;
    assert_eq!(there.config[RETENTION], TopicSetting::Inherited("604800000".into()), "taken back");
    assert_eq!(there.config["cleanup.policy"], TopicSetting::Own("compact".into()), "set");
    assert_eq!(there.config["segment.ms"], TopicSetting::Own("1000000".into()), "not named");
    assert_eq!(there.config["max.message.bytes"], TopicSetting::Own("2000000".into()), "another's");
}

async fn a_change_made_twice_is_done(stage: &Stage) {
    let name = unique("contract");
    let id = ObjectId::topic(&cluster(), &name);
    stage.done(&id, Verb::Create(Object::Topic(topic(1, &[])))).await;
    let from = Object::Topic(topic(1, &[]));
    let to = Object::Topic(topic(2, &[(RETENTION, "7200000")]));
    for _ in 0..2 {
        stage.done(&id, Verb::Update { from: from.clone(), to: to.clone() }).await;
    }
    assert_eq!(present(stage, &name, &[]).await.partitions, 2);
    for _ in 0..2 {
        stage.done(&id, Verb::Delete(to.clone())).await;
    }
}

async fn what_exists_is_not_made(stage: &Stage) {
    let name = unique("contract");
    let id = ObjectId::topic(&cluster(), &name);
    let create = |topic| stage.change(&id, Verb::Create(Object::Topic(topic)));
    assert_eq!(create(topic(1, &[(RETENTION, "3600000")])).await, Outcome::Done(()));
    let there = present(stage, &name, &[RETENTION]).await;
    for other in [topic(1, &[(RETENTION, "3600000")]), topic(5, &[(RETENTION, "1")])] {
        let moved = create(other).await;
        assert_eq!(moved, Outcome::Moved(Reading::Present(Object::Topic(there.clone()))));
    }
    assert_eq!(present(stage, &name, &[RETENTION]).await, there);
}

async fn what_is_gone_is_not_changed(stage: &Stage) {
    let id = ObjectId::topic(&cluster(), unique("contract"));
    let (from, to) = (topic(1, &[]), topic(2, &[(RETENTION, "1")]));
    let update = Verb::Update { from: Object::Topic(from), to: Object::Topic(to) };
    assert_eq!(stage.change(&id, update).await, Outcome::Moved(Reading::Absent));
}

async fn a_topic_made_anew_is_another_one(stage: &Stage) {
    let name = unique("contract");
    let id = ObjectId::topic(&cluster(), &name);
    stage.done(&id, Verb::Create(Object::Topic(topic(1, &[])))).await;
    let first = present(stage, &name, &[]).await;
    stage.done(&id, Verb::Delete(Object::Topic(first.clone()))).await;
    stage.done(&id, Verb::Create(Object::Topic(topic(1, &[])))).await;
    let second = present(stage, &name, &[]).await;
    assert_ne!(first.incarnation, second.incarnation);

    let moved = stage.change(&id, Verb::Delete(Object::Topic(first))).await;
    assert_eq!(moved, Outcome::Moved(Reading::Present(Object::Topic(second.clone()))));
    assert_eq!(present(stage, &name, &[]).await, second, "its records are not the first one's");
}

async fn what_the_cluster_refuses_is_refused_alone(stage: &Stage) {
    let fine = ObjectId::topic(&cluster(), unique("contract"));
    let refused = [
        topic(1, &[("no.such.setting", "1")]),
        topic(1, &[(RETENTION, "a while")]),
        TopicObject { replication_factor: 100, ..topic(1, &[]) },
        topic(0, &[]),
    ];
    let bad = refused.map(|topic| (ObjectId::topic(&cluster(), unique("contract")), topic));
    let create = |(id, topic): &(ObjectId, TopicObject)| Change {
        id: id.clone(),
        verb: Verb::Create(Object::Topic(topic.clone())),
    };
    let mut changes: Vec<Change> = bad.iter().map(create).collect();
    changes.push(create(&(fine, topic(1, &[]))));
    let mut outcomes = stage.world.change(&changes).await;
    assert_eq!(outcomes.pop(), Some(Outcome::Done(())));
    for (outcome, (id, wanted)) in outcomes.into_iter().zip(bad) {
        let fault = failed(outcome);
        assert_eq!(fault.kind, FaultKind::Invalid, "{wanted:?}: {fault}");
        let What::Topic(name) = &id.what else { panic!("{id}") };
        assert_eq!(stage.read(query(name, &[])).await, Reading::Absent, "nothing is left of it");
    }
}

async fn outcomes_stand_in_the_order_of_the_changes(stage: &Stage) {
    let names: Vec<String> = (0..30).map(|_| unique("contract")).collect();
    let there = ObjectId::topic(&cluster(), &names[17]);
    stage.done(&there, Verb::Create(Object::Topic(topic(1, &[])))).await;
    let create = |name: &String| Change {
        id: ObjectId::topic(&cluster(), name),
        verb: Verb::Create(Object::Topic(topic(1, &[]))),
    };
    let changes: Vec<Change> = names.iter().map(create).collect();
    let outcomes = stage.world.change(&changes).await;
    for (at, outcome) in outcomes.iter().enumerate() {
        match outcome {
            Outcome::Moved(_) => assert_eq!(at, 17),
            outcome => assert_eq!((at == 17, outcome), (false, &Outcome::Done(()))),
        }
    }
    let queries: Vec<Query> = names.iter().map(|name| query(name, &[])).collect();
    let readings = stage.world.read(&queries).await;
    assert!(readings.iter().all(|reading| matches!(reading, Reading::Present(_))), "visible at once");
}

async fn ends_begin_at_zero(stage: &Stage) {
    let name = unique("contract");
    let ends = |name: &str| Query::Ends { cluster: cluster(), topic: name.to_owned() };
    assert_eq!(stage.read(ends(&name)).await, Reading::Absent);
    let id = ObjectId::topic(&cluster(), &name);
    stage.done(&id, Verb::Create(Object::Topic(topic(3, &[])))).await;
    let empty = Ends { partitions: vec![PartitionEnds { start: 0, end: 0 }; 3] };
    assert_eq!(stage.present(ends(&name)).await, Object::Ends(empty));
}

async fn nobody_has_written_to_a_new_topic(stage: &Stage) {
    let name = unique("contract");
    let producers = |name: &str| Query::Producers { cluster: cluster(), topic: name.to_owned() };
    assert_eq!(stage.read(producers(&name)).await, Reading::Absent);
    let id = ObjectId::topic(&cluster(), &name);
    stage.done(&id, Verb::Create(Object::Topic(topic(3, &[])))).await;
    assert_eq!(stage.present(producers(&name)).await, Object::Producers(Producers::default()));
}
