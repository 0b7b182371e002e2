//! Who has written to a topic, as real brokers tell it.

use crate::e2e::{sandbox, unique};
use crate::provider::contract::topic;
use crate::provider::stage::{Stage, cluster};
use leeward::estate::{Object, ObjectId, Producers, Query, Verb};
use leeward::sandbox::{Produce, Transactions, produce, stream};
use std::collections::BTreeSet;

async fn producers(stage: &Stage, name: &str) -> Producers {
    match stage.present(Query::Producers { cluster: cluster(), topic: name.to_owned() }).await {
        Object::Producers(found) => found,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_producer_is_known_by_its_last_record_and_its_open_transaction() {
    let (Some(stage), Some(sandbox)) = (Stage::live(), sandbox()) else { return };
    let name = unique("producers");
    stage.done(&ObjectId::topic(&cluster(), &name), Verb::Create(Object::Topic(topic(1, &[])))).await;

    let plain = Produce { count: Some(3), ..Produce::to("hangzhou", &name) };
    tokio::task::block_in_place(|| produce(&sandbox, &plain)).unwrap();
    let told = producers(&stage, &name).await;
    let [once] = &told.producers[..] else { panic!("{told:?}") };
    assert_eq!((once.topic.as_str(), once.partition, once.open), (name.as_str(), 0, None));
    assert!(once.last.is_some());

    // While its transaction is open, and once it is committed.
    let of = Transactions { records: 10, abort_every: None };
    let within = Produce {
        count: Some(10),
        transactions: Some(of),
        rate: Some(20.0),
        ..Produce::to("hangzhou", &name)
    };
    let mut open = BTreeSet::new();
    let handle = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| {
        stream(&sandbox, &within, &|| true, |_| {
            let told = handle.block_on(producers(&stage, &name));
            open.extend(told.producers.iter().filter_map(|at| at.open));
        })
    })
    .unwrap();
    // Behind the first three.
    assert_eq!(open, BTreeSet::from([3]));
    let after = producers(&stage, &name).await;
    assert_eq!((after.producers.len(), after.open()), (2, None));
}
