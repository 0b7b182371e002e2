//! What a person sees of a tail.

use super::ground::{Ground, quiet, source, target};
use leeward::report::tail as shown;
use leeward::tail::{Count, Export, compare, contents, count, prepare};

async fn list(ground: &Ground) -> String {
    let found = ground.find().await.unwrap();
    let counts = count(&ground.memory, &ground.course(), &found, &quiet).await.unwrap();
    shown::list(&ground.course(), &found, &counts)
}

#[tokio::test]
async fn a_tail() {
    let ground = Ground::identity().await;
    insta::assert_snapshot!(list(&ground).await);
}

#[tokio::test]
async fn a_tail_without_connect_and_with_retention() {
    let ground = Ground::identity().await;
    ground.cut("connect.shanghai");
    ground.sync("orders", 0, 5, 5).await;
    ground.memory.edit(|world| {
        let topic = world.clusters.get_mut(&source()).unwrap().topics.get_mut("orders").unwrap();
        topic.partitions[0].start = 11;
        topic.records.get_mut(&0).unwrap().retain(|record| record.offset >= 11);
    });
    insta::assert_snapshot!(list(&ground).await);
}

#[tokio::test]
async fn no_tail() {
    let ground = Ground::identity().await;
    ground.commit(&[("orders", &[20, 20]), ("pay.v1", &[20])]);
    insta::assert_snapshot!(list(&ground).await);
    ground.memory.edit(|world| world.clusters.get_mut(&source()).unwrap().topics.clear());
    insta::assert_snapshot!(list(&ground).await);
}

#[tokio::test]
async fn a_tail_as_json() {
    let ground = Ground::identity().await;
    let found = ground.find().await.unwrap();
    let counts = count(&ground.memory, &ground.course(), &found, &quiet).await.unwrap();
    let json = shown::list_json(&ground.course(), &found, &counts);
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap());
}

#[tokio::test]
async fn an_export_a_replay_and_a_comparison() {
    let ground = Ground::identity().await;
    let folder = tempfile::tempdir().unwrap();
    ground.export(folder.path()).await;
    let export = Export::open(folder.path()).unwrap();
    insta::assert_snapshot!("exported", shown::exported(&export.manifest, &export.parts, "tail-orders", 3));
    let replay = prepare(&ground.memory, export, &target(), "id", "").await.unwrap();
    insta::assert_snapshot!("intent", shown::intent(&replay));
    let mut partly = replay;
    (partly.left[0], partly.left_out) = (Count { records: 11, ..partly.left[0] }, 1);
    let left_out = "\n\n  1 record is on shanghai already and left out.\n\n";
    assert!(shown::intent(&partly).contains(left_out), "{}", shown::intent(&partly));
    let found = ground.find().await.unwrap();
    let contents = contents(&ground.memory, &ground.course(), &found, &quiet).await.unwrap();
    let parts = compare(&ground.memory, &target(), contents, &quiet).await.unwrap();
    let names: Vec<String> =
        found.parts.iter().map(|part| format!("{}-{}", part.topic, part.partition)).collect();
    let names_and_numbers: Vec<(String, i32)> =
        found.parts.iter().map(|part| (part.topic.clone(), part.partition)).collect();
    let json = shown::diff_json(&target(), &names_and_numbers, &parts);
    insta::assert_snapshot!("presence_as_json", serde_json::to_string_pretty(&json).unwrap());
    insta::assert_snapshot!("presence", shown::presence(&names, &parts, "shanghai"));
}
