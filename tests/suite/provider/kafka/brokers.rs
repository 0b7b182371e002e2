//! Three brokers a side: seen on each, led by each, and read although one hangs.

use crate::e2e;
use crate::provider::contract::topic;
use crate::provider::stage::{cluster, cluster_at};
use leeward::estate::{
    Change, Cluster, Comparison, Group, Object, ObjectId, Outcome, Query, Reading, Task, TopicObject, Verb,
    What,
};
use leeward::provider::kafka::Kafka;
use leeward::sandbox::{self, Options, Sandbox, Signal};
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Takes the sandbox down, however the test ends.
struct Guard(Option<Sandbox>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(sandbox) = self.0.take() {
            let _ = sandbox.down(false);
        }
    }
}

fn create(name: &str) -> Change {
    let wanted = TopicObject { replication_factor: 3, ..topic(3, &[("retention.ms", "3600000")]) };
    Change { id: ObjectId::topic(&cluster(), name), verb: Verb::Create(Object::Topic(wanted)) }
}

#[test]
fn three_brokers() {
    if !e2e::may_destroy() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let options = Options { brokers: Some(3), ..Options::new(folder.path()) };
    let guard = Guard(Some(sandbox::up(&options, &|_| {}).unwrap()));
    let stand = guard.0.as_ref().unwrap();
    let bootstrap = stand.cluster("hangzhou").unwrap().bootstrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(what_is_made_shows_on_every_broker(&bootstrap));
    runtime.block_on(what_is_changed_shows_wherever_one_asks(&bootstrap));
    runtime.block_on(every_coordinator_is_asked_once_for_many_groups(&bootstrap));
    runtime.block_on(members_are_counted_whatever_their_protocol(&bootstrap));
    stand.signal("kafka-hangzhou-2", Signal::STOP).unwrap();
    runtime.block_on(a_broker_that_hangs_does_not_matter(&bootstrap));
    stand.signal("kafka-hangzhou-2", Signal::CONT).unwrap();
}

async fn what_is_made_shows_on_every_broker(bootstrap: &[String]) {
    let kafka = Kafka::new(&cluster(), &cluster_at(bootstrap.to_vec(), None));
    let names: Vec<String> = (0..200).map(|at| format!("topic-{at}")).collect();
    let changes: Vec<Change> = names.iter().map(|name| create(name)).collect();
    let outcomes = kafka.change(&changes.iter().collect::<Vec<_>>()).await;
    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Done(())), "{outcomes:?}");
    for broker in bootstrap {
        let consumer: BaseConsumer = ClientConfig::new().set("bootstrap.servers", broker).create().unwrap();
        let metadata = consumer.fetch_metadata(None, Duration::from_secs(10)).unwrap();
        let led: BTreeMap<&str, usize> = metadata
            .topics()
            .iter()
            .map(|t| (t.name(), t.partitions().iter().filter(|p| p.leader() >= 0).count()))
            .collect();
        let missing: Vec<&String> = names.iter().filter(|name| led.get(name.as_str()) != Some(&3)).collect();
        assert!(missing.is_empty(), "{broker} does not show {missing:?}");
    }
    let topics = names.iter().map(|name| (name.clone(), 3)).collect();
    let wait = Task::AwaitTopics { cluster: cluster(), topics };
    assert!(matches!(kafka.perform(&wait).await, Outcome::Done(_)));
}

/// Whoever is asked after a change has the new values: each look is a new client that asks any broker.
async fn what_is_changed_shows_wherever_one_asks(bootstrap: &[String]) {
    let kafka = Kafka::new(&cluster(), &cluster_at(bootstrap.to_vec(), None));
    let names: Vec<String> = (0..200).map(|at| format!("topic-{at}")).collect();
    let wanted =
        |retention: &str| TopicObject { replication_factor: 3, ..topic(3, &[("retention.ms", retention)]) };
    let keys = Arc::new(BTreeSet::from(["retention.ms".to_owned()]));
    let query = |name: &String| Query::Topic { cluster: cluster(), name: name.clone(), keys: keys.clone() };
    let queries: Vec<Query> = names.iter().map(query).collect();
    for [from, to] in [["3600000", "7200000"], ["7200000", "1800000"], ["1800000", "3600000"]] {
        let verb = Verb::Update { from: Object::Topic(wanted(from)), to: Object::Topic(wanted(to)) };
        let change = |name| Change { id: ObjectId::topic(&cluster(), name), verb: verb.clone() };
        let changes: Vec<Change> = names.iter().map(change).collect();
        let outcomes = kafka.change(&changes.iter().collect::<Vec<_>>()).await;
        assert_eq!(outcomes.iter().find(|outcome| **outcome != Outcome::Done(())), None);
        for broker in bootstrap {
            let fresh = Kafka::new(&cluster(), &cluster_at(vec![broker.clone()], None));
            for reading in fresh.read(&queries.iter().collect::<Vec<_>>()).await {
                let Reading::Present(there) = reading else { panic!("{reading:?}") };
                assert_eq!(Object::Topic(wanted(to)).compare(&there), Comparison::Same);
            }
        }
    }
}

async fn every_coordinator_is_asked_once_for_many_groups(bootstrap: &[String]) {
    let kafka = Kafka::new(&cluster(), &cluster_at(bootstrap.to_vec(), None));
    let names: Vec<String> = (0..60).map(|at| format!("group-{at}")).collect();
    let standing = |at: i64| Group {
        members: 0,
        positions: BTreeMap::from([("topic-0".to_owned(), BTreeMap::from([(0, at), (2, at + 1)]))]),
    };
    let id = |name: &String| ObjectId::new(&cluster(), What::Group(name.clone()));
    let changes: Vec<Change> = (0..)
        .zip(&names)
        .map(|(at, name)| Change { id: id(name), verb: Verb::Create(Object::Group(standing(at))) })
        .collect();
    let outcomes = kafka.change(&changes.iter().collect::<Vec<_>>()).await;
    assert_eq!(outcomes.iter().find(|outcome| **outcome != Outcome::Done(())), None);
    let fresh = Kafka::new(&cluster(), &cluster_at(bootstrap.to_vec(), None));
    let query = |name: &String| Query::Group { cluster: cluster(), name: name.clone() };
    let mut queries: Vec<Query> = names.iter().map(query).collect();
    queries.push(query(&"nobody".to_owned()));
    let readings = fresh.read(&queries.iter().collect::<Vec<_>>()).await;
    for (at, reading) in (0..60).zip(&readings) {
        assert_eq!(*reading, Reading::Present(Object::Group(standing(at))));
    }
    assert_eq!(readings[60], Reading::Absent);
    assert_eq!(fresh.requests().of("OffsetFetch"), 3, "one a broker");
}

async fn members_are_counted_whatever_their_protocol(bootstrap: &[String]) {
    for protocol in ["classic", "consumer"] {
        let group = format!("read-{protocol}");
        let mut settings = ClientConfig::new();
        settings.set("bootstrap.servers", bootstrap.join(",")).set("group.protocol", protocol);
        let consumer: BaseConsumer = settings.set("group.id", &group).create().unwrap();
        consumer.subscribe(&["topic-1"]).unwrap();
        let begun = Instant::now();
        while consumer.assignment().unwrap().count() == 0 {
            assert!(begun.elapsed() < Duration::from_secs(60), "{group} gets no partitions");
            consumer.poll(Duration::from_millis(100));
        }
        let fresh = Kafka::new(&cluster(), &cluster_at(bootstrap.to_vec(), None));
        let groups = [group.clone(), "group-1".into(), "group-2".into(), "group-3".into()];
        let queries = groups.map(|name| Query::Group { cluster: cluster(), name });
        let readings = fresh.read(&queries.iter().collect::<Vec<_>>()).await;
        let members = readings.iter().map(|reading| match reading {
            Reading::Present(Object::Group(group)) => group.members,
            reading => panic!("{reading:?}"),
        });
        assert_eq!(members.collect::<Vec<_>>(), [1, 0, 0, 0], "{protocol}");
    }
}

async fn a_broker_that_hangs_does_not_matter(bootstrap: &[String]) {
    for _ in 0..6 {
        let patient = Cluster { timeout: Duration::from_secs(3), ..cluster_at(bootstrap.to_vec(), None) };
        let kafka = Kafka::new(&cluster(), &patient);
        let query = Query::Topic {
            cluster: cluster(),
            name: "topic-7".into(),
            keys: Arc::new(["retention.ms".to_owned()].into()),
        };
        let started = Instant::now();
        let readings = kafka.read(&[&query]).await;
        assert!(matches!(readings[0], Reading::Present(_)), "{readings:?} after {:?}", started.elapsed());
    }
}
