//! Record sets: made, read, changed, deleted, and never over another's change.

use super::scenes;
use crate::e2e::unique;
use crate::estate::sample::address;
use crate::provider::stage::Stage;
use leeward::estate::{
    Change, Evidence, Object, ObjectId, Outcome, Query, Reading, RecordSet, RecordType, Task, Verb, What,
};

scenes!(
    live, live_with_powerdns: a_record_set_lives,
    outcomes_stand_in_the_order_of_the_changes,
    what_another_has_changed_is_left_alone,
    a_zone_says_who_serves_it,
    a_trial_finds_a_change_to_be_taken_and_makes_none,
    servers_answer_as_clients_hear_it,
    a_zone_that_nobody_serves_is_not_absent,
);

fn name(stage: &Stage) -> String {
    format!("{}.{}", unique("contract"), stage.zone)
}

fn id(stage: &Stage, name: &str) -> ObjectId {
    let what = What::RecordSet { zone: stage.zone.clone(), name: name.to_owned(), rtype: RecordType::A };
    ObjectId::new(&address("dns.main"), what)
}

fn query(stage: &Stage, name: &str) -> Query {
    let zone = stage.zone.clone();
    Query::RecordSet { dns: address("dns.main"), zone, name: name.to_owned(), rtype: RecordType::A }
}

fn set(values: &[&str]) -> Object {
    Object::RecordSet(RecordSet::new(RecordType::A, 5, values.iter().map(|value| (*value).to_owned())))
}

/// What is there, without who has seen it.
async fn there(stage: &Stage, name: &str) -> Object {
    match stage.present(query(stage, name)).await {
        Object::RecordSet(set) => Object::RecordSet(RecordSet { seen: Vec::new(), ..set }),
        other => panic!("{other:?}"),
    }
}

async fn a_record_set_lives(stage: &Stage) {
    let name = name(stage);
    let id = id(stage, &name);
    assert_eq!(stage.read(query(stage, &name)).await, Reading::Absent);
    let (one, two) = (set(&["192.0.2.1"]), set(&["192.0.2.2", "192.0.2.3"]));
    stage.done(&id, Verb::Create(one.clone())).await;
    assert_eq!(there(stage, &name).await, one);
    stage.done(&id, Verb::Update { from: one, to: two.clone() }).await;
    assert_eq!(there(stage, &name).await, two);
    let Object::RecordSet(wanted) = two.clone() else { panic!("{two:?}") };
    let seen = stage.perform(Task::AwaitPropagation { record: id.clone(), wanted }).await;
    assert!(matches!(seen, Evidence::Seen(_)), "{seen:?}");
    stage.done(&id, Verb::Delete(two.clone())).await;
    assert_eq!(stage.read(query(stage, &name)).await, Reading::Absent);
    stage.done(&id, Verb::Delete(two)).await;
}

async fn what_another_has_changed_is_left_alone(stage: &Stage) {
    let name = name(stage);
    let id = id(stage, &name);
    let (expected, anothers, ours) = (set(&["192.0.2.1"]), set(&["192.0.2.7"]), set(&["192.0.2.9"]));
    stage.done(&id, Verb::Create(anothers.clone())).await;
    let changes = [
        Verb::Create(ours.clone()),
        Verb::Update { from: expected.clone(), to: ours },
        Verb::Delete(expected),
    ];
    for verb in changes {
        let outcome = stage.change(&id, verb.clone()).await;
        assert!(matches!(outcome, Outcome::Moved(Reading::Present(_))), "{verb:?}: {outcome:?}");
        assert_eq!(there(stage, &name).await, anothers);
    }
    stage.done(&id, Verb::Delete(anothers)).await;
}

async fn outcomes_stand_in_the_order_of_the_changes(stage: &Stage) {
    let names: Vec<String> = (0..12).map(|_| name(stage)).collect();
    stage.done(&id(stage, &names[7]), Verb::Create(set(&["192.0.2.77"]))).await;
    let values: Vec<Object> = (0..12).map(|at| set(&[&format!("192.0.2.{at}")])).collect();
    let create = |(name, values): (&String, &Object)| Change {
        id: id(stage, name),
        verb: Verb::Create(values.clone()),
    };
    let changes: Vec<Change> = names.iter().zip(&values).map(create).collect();
    for (at, outcome) in stage.world.change(&changes).await.into_iter().enumerate() {
        match outcome {
            Outcome::Moved(Reading::Present(_)) => assert_eq!(at, 7),
            outcome => assert_eq!((at == 7, outcome), (false, Outcome::Done(()))),
        }
    }
    for (at, (name, values)) in names.iter().zip(values).enumerate() {
        let values = if at == 7 { set(&["192.0.2.77"]) } else { values };
        assert_eq!(there(stage, name).await, values);
        stage.done(&id(stage, name), Verb::Delete(values)).await;
    }
}

async fn a_zone_says_who_serves_it(stage: &Stage) {
    let query = Query::Zone { dns: address("dns.main"), zone: stage.zone.clone() };
    let Object::Zone(facts) = stage.present(query).await else { panic!("no zone") };
    assert!(!facts.authorities.is_empty());
    assert!(facts.authorities.iter().all(|authority| authority.serial.is_some()), "{facts:?}");
}

async fn a_zone_that_nobody_serves_is_not_absent(stage: &Stage) {
    let zone = "not-served.invalid.".to_owned();
    let name = format!("kafka.{zone}");
    let query = Query::RecordSet {
        dns: address("dns.main"),
        zone: zone.clone(),
        name: name.clone(),
        rtype: RecordType::A,
    };
    let reading = stage.read(query).await;
    assert!(matches!(reading, Reading::Unreachable(_)), "{reading:?}");
    let what = What::RecordSet { zone, name, rtype: RecordType::A };
    let outcome =
        stage.change(&ObjectId::new(&address("dns.main"), what), Verb::Create(set(&["192.0.2.1"]))).await;
    assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
}

async fn a_trial_finds_a_change_to_be_taken_and_makes_none(stage: &Stage) {
    let (name, zone) = (name(stage), stage.zone.clone());
    let trial = Query::Trial { dns: address("dns.main"), zone, name: name.clone(), rtype: RecordType::A };
    let Object::Trial(tried) = stage.present(trial).await else { panic!("no trial") };
    assert_eq!(tried.refusal, None);
    assert!(!tried.tried.is_empty());
    assert_eq!(stage.read(query(stage, &name)).await, Reading::Absent);
}

/// What a client hears of a name, from an authority and from a resolver.
async fn servers_answer_as_clients_hear_it(stage: &Stage) {
    let name = name(stage);
    let id = id(stage, &name);
    let asked = |server: &String| {
        let (dns, server, name) = (address("dns.main"), server.clone(), name.clone());
        Query::Answer { dns, server, name, rtype: RecordType::A }
    };
    stage.done(&id, Verb::Create(set(&["192.0.2.1"]))).await;
    // A resolver may ask any of the authorities, and would keep that one of them has nothing yet.
    let Object::RecordSet(wanted) = set(&["192.0.2.1"]) else { panic!("no record set") };
    stage.perform(Task::AwaitPropagation { record: id.clone(), wanted }).await;
    for server in &stage.servers {
        let Object::Answer(answer) = stage.present(asked(server)).await else { panic!("no answer") };
        assert_eq!(answer.values, ["192.0.2.1".to_owned()].into(), "{server}");
        assert!(answer.ttl <= 5 && answer.beyond.is_none(), "{server}: {answer:?}");
        assert_eq!(answer.addresses, ["192.0.2.1".parse::<std::net::IpAddr>().unwrap()], "{server}");
    }
    stage.done(&id, Verb::Delete(set(&["192.0.2.1"]))).await;
    let Object::Answer(answer) = stage.present(asked(&stage.servers[0])).await else { panic!("no answer") };
    assert!(answer.values.is_empty() && answer.addresses.is_empty(), "{answer:?}");
    let nobody = "127.0.0.1:1".to_owned();
    assert!(matches!(stage.read(asked(&nobody)).await, Reading::Unreachable(_)));
}
