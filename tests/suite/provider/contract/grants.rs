//! Grants: given, read, changed, taken.

use super::scenes;
use crate::e2e::unique;
use crate::estate::sample::address;
use crate::provider::stage::{Stage, cluster, failed};
use leeward::estate::{
    AclResource, Binding, Change, FaultKind, Grants, Object, ObjectId, Outcome, Pattern, Permission, Query,
    Reading, Verb, What,
};
use std::collections::BTreeSet;

scenes!(
    live_with_authorizer: grants_live,
    entries_of_others_stay,
    what_is_given_twice_is_given,
    outcomes_stand_in_the_order_of_the_changes,
    every_sort_of_entry_is_taken_back,
    nothing_asked_for_is_there,
    an_operation_that_kafka_does_not_know_is_refused,
);

fn id() -> ObjectId {
    ObjectId::new(&cluster(), What::Grants(address("access.writers")))
}

/// `User:…` may do something with the topic `contract`.
fn entry(user: &str, operation: &str) -> Binding {
    Binding {
        principal: format!("User:{user}"),
        host: "*".into(),
        permission: Permission::Allow,
        operation: operation.into(),
        resource: AclResource::Topic,
        name: "contract".into(),
        pattern: Pattern::Literal,
    }
}

fn grants(entries: &[&Binding]) -> Object {
    Object::Grants(Grants { bindings: entries.iter().map(|entry| (*entry).clone()).collect() })
}

fn query(entries: &[&Binding]) -> Query {
    let bindings: BTreeSet<Binding> = entries.iter().map(|entry| (*entry).clone()).collect();
    Query::Grants { cluster: cluster(), access: address("access.writers"), bindings }
}

async fn grants_live(stage: &Stage) {
    let user = unique("contract");
    let (read, write, describe) = (entry(&user, "READ"), entry(&user, "WRITE"), entry(&user, "DESCRIBE"));
    let all = query(&[&read, &write, &describe]);
    assert_eq!(stage.read(all.clone()).await, Reading::Absent);
    stage.done(&id(), Verb::Create(grants(&[&read, &write]))).await;
    assert_eq!(stage.present(all.clone()).await, grants(&[&read, &write]), "of those asked for, those there");
    let (from, to) = (grants(&[&read, &write]), grants(&[&write, &describe]));
    stage.done(&id(), Verb::Update { from, to: to.clone() }).await;
    assert_eq!(stage.present(all.clone()).await, to);
    stage.done(&id(), Verb::Delete(to)).await;
    assert_eq!(stage.read(all).await, Reading::Absent);
}

async fn entries_of_others_stay(stage: &Stage) {
    let (ours, another) = (entry(&unique("contract"), "READ"), entry(&unique("contract"), "WRITE"));
    stage.done(&id(), Verb::Create(grants(&[&another]))).await;
    stage.done(&id(), Verb::Create(grants(&[&ours]))).await;
    assert_eq!(stage.present(query(&[&ours])).await, grants(&[&ours]), "another's is not asked for");
    stage.done(&id(), Verb::Delete(grants(&[&ours]))).await;
    assert_eq!(stage.present(query(&[&ours, &another])).await, grants(&[&another]));
}

async fn what_is_given_twice_is_given(stage: &Stage) {
    let user = unique("contract");
    let (read, write) = (entry(&user, "READ"), entry(&user, "WRITE"));
    stage.done(&id(), Verb::Create(grants(&[&read]))).await;
    stage.done(&id(), Verb::Create(grants(&[&read, &write]))).await;
    assert_eq!(stage.present(query(&[&read, &write])).await, grants(&[&read, &write]));
    for _ in 0..2 {
        stage.done(&id(), Verb::Delete(grants(&[&read, &write]))).await;
    }
}

async fn outcomes_stand_in_the_order_of_the_changes(stage: &Stage) {
    let entries: Vec<Binding> =
        (0..20).map(|at| entry(&unique("contract"), if at == 13 { "FLY" } else { "READ" })).collect();
    let id = |at: usize| ObjectId::new(&cluster(), What::Grants(address(&format!("access.writers-{at}"))));
    let change = |verb: fn(Object) -> Verb| {
        let change = |(at, entry)| Change { id: id(at), verb: verb(grants(&[entry])) };
        entries.iter().enumerate().map(change).collect::<Vec<Change>>()
    };
    for verb in [Verb::Create as fn(Object) -> Verb, Verb::Delete] {
        for (at, outcome) in stage.world.change(&change(verb)).await.into_iter().enumerate() {
            match outcome {
                Outcome::Failed(_) => assert_eq!(at, 13),
                outcome => assert_eq!((at == 13, outcome), (false, Outcome::Done(()))),
            }
        }
    }
}

async fn every_sort_of_entry_is_taken_back(stage: &Stage) {
    let user = unique("contract");
    let of = |resource, name: &str, operation: &str| Binding {
        resource,
        name: name.into(),
        ..entry(&user, operation)
    };
    let entries = [
        of(AclResource::Group, "billing", "READ"),
        of(AclResource::Cluster, "kafka-cluster", "CREATE"),
        of(AclResource::TransactionalId, "payments", "DESCRIBE"),
        Binding { pattern: Pattern::Prefixed, ..entry(&user, "ALL") },
        Binding { permission: Permission::Deny, host: "10.0.0.1".into(), ..entry(&user, "DELETE") },
    ];
    let entries: Vec<&Binding> = entries.iter().collect();
    stage.done(&id(), Verb::Create(grants(&entries))).await;
    assert_eq!(stage.present(query(&entries)).await, grants(&entries));
    stage.done(&id(), Verb::Delete(grants(&entries))).await;
    assert_eq!(stage.read(query(&entries)).await, Reading::Absent);
}

async fn nothing_asked_for_is_there(stage: &Stage) {
    assert_eq!(stage.present(query(&[])).await, grants(&[]));
    stage.done(&id(), Verb::Create(grants(&[]))).await;
}

async fn an_operation_that_kafka_does_not_know_is_refused(stage: &Stage) {
    let odd = entry(&unique("contract"), "FLY");
    let fault = failed(stage.change(&id(), Verb::Create(grants(&[&odd]))).await);
    assert_eq!(fault.kind, FaultKind::Invalid, "{fault}");
    assert_eq!(stage.read(query(&[&odd])).await, Reading::Absent);
}

#[tokio::test]
async fn a_cluster_without_an_authorizer_says_so() {
    let in_memory = leeward::provider::Memory::default();
    in_memory.edit(|world| {
        let mut without = leeward::provider::memory::MemoryCluster::new("hangzhou");
        without.authorizer = false;
        world.clusters.insert(cluster(), without);
    });
    no_authorizer(&Stage {
        world: Box::new(in_memory),
        zone: String::new(),
        servers: Vec::new(),
        _turn: None,
    })
    .await;
    if let Some(stage) = Stage::live() {
        no_authorizer(&stage).await;
    }
}

async fn no_authorizer(stage: &Stage) {
    let read = entry("contract", "READ");
    let Reading::Unreachable(fault) = stage.read(query(&[&read])).await else { panic!("it was read") };
    assert!(fault.to_string().contains("set authorizer.class.name on its brokers"), "{fault}");
    let topic = Query::Ends { cluster: cluster(), topic: "contract-is-no-topic".into() };
    assert_eq!(stage.read(topic).await, Reading::Absent, "the rest is answered all the same");
    match stage.change(&id(), Verb::Create(grants(&[&read]))).await {
        Outcome::Failed(fault) => assert!(fault.hint.is_some(), "{fault}"),
        other => panic!("{other:?}"),
    }
}
