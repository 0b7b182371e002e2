//! Which records of a tail are there already.

use super::ground::{Ground, START, quiet, target};
use leeward::provider::records::{NewRecord, Records};
use leeward::tail::{Contents, Export, Presence, compare, contents, prepare, replay};

async fn missing(ground: &Ground) -> Vec<(u64, Vec<i64>)> {
    let found = ground.find().await.unwrap();
    let contents = contents(&ground.memory, &ground.course(), &found, &quiet).await.unwrap();
    let parts = compare(&ground.memory, &target(), contents, &quiet).await.unwrap();
    parts.into_iter().map(|part| (part.present, part.missing)).collect()
}

#[tokio::test]
async fn what_a_killed_worker_carried_without_committing_is_left_out() {
    let ground = Ground::identity().await;
    ground.commit(&[("orders", &[3, 20])]);
    assert_eq!(missing(&ground).await, [(5, (8..20).collect()), (0, vec![]), (0, (0..20).collect())]);
}

#[tokio::test]
async fn an_export_that_was_replayed_is_there() {
    let ground = Ground::identity().await;
    let folder = tempfile::tempdir().unwrap();
    ground.export(folder.path()).await;
    let export = Export::open(folder.path()).unwrap();
    let topics = || export.manifest.parts.iter().map(|part| vec![part.carried_as.clone()]);
    let at = target();
    let parts = async || {
        let contents = Contents::of(&export, topics()).unwrap();
        compare(&ground.memory, &at, contents, &quiet).await.unwrap()
    };
    assert_eq!(parts().await.iter().map(|part| part.missing.len()).collect::<Vec<_>>(), [12, 20]);
    let ready = prepare(&ground.memory, export.clone(), &at, "id", "").await.unwrap();
    replay(&ground.memory, ready, &quiet).await.unwrap();
    assert!(parts().await.iter().all(|part| part.missing.is_empty() && part.present == part.records));
}

#[tokio::test]
async fn twice_in_the_tail_is_there_only_if_it_stands_there_twice() {
    let ground = Ground::identity().await;
    let put = async |at: &leeward::estate::Address, millis: i64| {
        let mut producer = ground.memory.producer(at, None).await.unwrap();
        let record = NewRecord::new("orders", None, Some(b"same")).partition(0).timestamp(millis);
        producer.send(&[record]).await.unwrap();
    };
    put(&super::ground::source(), START).await;
    put(&super::ground::source(), START).await;
    put(&target(), START).await;
    put(&target(), START + 1).await;
    assert_eq!(
        missing(&ground).await[0].1,
        [(8..20).collect::<Vec<i64>>(), vec![21]].concat(),
        "times differ"
    );
    ground.memory.edit(|world| {
        let topic = world.clusters.get_mut(&target()).unwrap().topics.get_mut("orders").unwrap();
        topic.config.insert("message.timestamp.type".into(), "LogAppendTime".into());
    });
    assert_eq!(missing(&ground).await[0].1, (8..20).collect::<Vec<i64>>(), "its times are its own");
}

#[test]
fn what_is_missing_is_said_in_ranges() {
    for (missing, ranges) in [
        (vec![], vec![]),
        (vec![5], vec![(5, 6)]),
        (vec![5, 6, 7, 9, 11, 12], vec![(5, 8), (9, 10), (11, 13)]),
    ] {
        assert_eq!(Presence { missing, ..Presence::default() }.ranges(), ranges);
    }
}

#[tokio::test]
async fn a_topic_that_is_not_there_holds_nothing() {
    let ground = Ground::identity().await;
    ground.memory.edit(|world| world.clusters.get_mut(&target()).unwrap().topics.clear());
    assert_eq!(missing(&ground).await[0], (0, (8..20).collect()));
}
