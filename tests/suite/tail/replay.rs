//! Each record is replayed exactly once, wherever it breaks.

use super::ground::{Fragile, Ground, quiet, source, target};
use leeward::estate::Naming;
use leeward::provider::records::{Records, Scan};
use leeward::tail::{Export, MARK, Replay, TailError, Writer, export, prepare, replay};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

async fn prepared(records: &dyn Records, folder: &Path, suffix: &str) -> Result<Replay, TailError> {
    prepare(records, Export::open(folder).unwrap(), &target(), "id", suffix).await
}

async fn once(records: &dyn Records, folder: &Path, suffix: &str) -> Result<u64, TailError> {
    replay(records, prepared(records, folder, suffix).await?, &quiet).await
}

fn numbers(salt: &str, which: std::ops::Range<i64>) -> Vec<String> {
    which.map(|number| format!("{salt}-0-{number}")).collect()
}

#[tokio::test]
async fn records_come_back_marked_and_whole() {
    for (naming, orders) in
        [(Naming::Identity, "orders"), (Naming::Prefixed { separator: ".".into() }, "hangzhou.orders")]
    {
        let ground = Ground::new(naming).await;
        let folder = tempfile::tempdir().unwrap();
        ground.export(folder.path()).await;
        let replay = prepared(&ground.memory, folder.path(), "").await.unwrap();
        assert_eq!(replay.topics[0], orders);
        assert_eq!(replay.total().records, 32);
        assert_eq!(once(&ground.memory, folder.path(), "").await.unwrap(), 32);
        let values = ground.values(&target(), orders).await;
        assert_eq!(values[&0], [numbers("orders", 0..8), numbers("orders", 8..20)].concat());
        let mut marks = Vec::new();
        let scan = Scan::topics(&target(), [orders]);
        let see = |record: &leeward::provider::records::Record<'_>| {
            if let Some(mark) = record.headers.iter().find(|header| header.name == MARK) {
                assert_eq!(record.headers.len(), 2, "its own header is there too");
                assert_eq!(
                    record.timestamp.unwrap().millis,
                    super::ground::START + 100 * (8 + marks.len() as i64)
                );
                marks.push(String::from_utf8(mark.value.unwrap().to_vec()).unwrap());
            }
        };
        ground.memory.scan(&scan).await.unwrap().each(see).await.unwrap();
        let id = uuid::Uuid::from_u128(7);
        assert_eq!(marks, (8..20).map(|offset| format!("{id}/orders-0@{offset}")).collect::<Vec<_>>());
        let again = prepared(&ground.memory, folder.path(), "").await.unwrap();
        assert!(again.finished.is_some(), "the note says that all was written");
        assert_eq!(replay_all(&ground, folder.path()).await, 0);
    }
}

async fn replay_all(ground: &Ground, folder: &Path) -> u64 {
    once(&ground.memory, folder, "").await.unwrap()
}

/// Broken at every call, before or after it took effect, then begun again: every record is there once.
#[tokio::test]
async fn broken_at_any_call_it_is_gone_on_with() {
    let many = many().await;
    let mut broken = 0;
    for after in [false, true] {
        for calls in 0.. {
            let (ground, folder) = &many;
            let world = ground.memory.world();
            let memory = leeward::provider::Memory::with(world);
            let kept = copied(folder);
            let fragile = Fragile { inner: memory.shared(), left: Arc::new(AtomicUsize::new(calls)), after };
            let first = once(&fragile, kept.path(), "").await;
            broken += usize::from(first.is_err());
            let seen = once(&memory, kept.path(), "").await.unwrap();
            let ground = Ground { memory, estate: ground.estate.clone(), state: ground.state.clone() };
            let values = ground.values(&target(), "orders").await;
            assert_eq!(values[&0], numbers("orders", 0..5_020), "{calls} calls, {after}");
            if first.is_ok() {
                assert_eq!(seen, 0);
                break;
            }
        }
    }
    assert!(broken >= 20, "{broken}");
}

/// Another folder with the same export.
fn copied(folder: &tempfile::TempDir) -> tempfile::TempDir {
    let kept = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
        std::fs::copy(entry.path(), kept.path().join(entry.file_name())).unwrap();
    }
    kept
}

/// A tail of several transactions.
async fn many() -> (Ground, tempfile::TempDir) {
    let ground = Ground::identity().await;
    ground.fill(&source(), "orders", 0, 20..5_020, "orders").await;
    let folder = tempfile::tempdir().unwrap();
    let manifest = ground.manifest().await;
    let writer = Writer::open(folder.path(), || manifest).unwrap();
    export(&ground.memory, writer, &quiet).await.unwrap();
    (ground, folder)
}

#[tokio::test]
async fn positions_that_the_cluster_forgot_are_found_in_the_marks() {
    let (ground, folder) = many().await;
    let fragile = Fragile { inner: ground.memory.shared(), left: Arc::new(AtomicUsize::new(7)), after: true };
    once(&fragile, folder.path(), "").await.unwrap_err();
    let written = ground.values(&target(), "orders").await[&0].len();
    assert!((2_000..5_000).contains(&written), "{written}");
    ground.memory.edit(|world| world.clusters.get_mut(&target()).unwrap().groups.clear());
    once(&ground.memory, folder.path(), "").await.unwrap();
    assert_eq!(ground.values(&target(), "orders").await[&0], numbers("orders", 0..5_020));
}

#[tokio::test]
async fn a_suffix_leads_to_other_topics_which_have_to_be_there() {
    let ground = Ground::identity().await;
    let folder = tempfile::tempdir().unwrap();
    ground.export(folder.path()).await;
    ground.make(&target(), "orders.tail", 1);
    let error = once(&ground.memory, folder.path(), ".tail").await.unwrap_err();
    assert_eq!(error.to_string(), "shanghai does not have pay.v1.tail-0");
    ground.make(&target(), "pay.v1.tail", 1);
    assert_eq!(once(&ground.memory, folder.path(), ".tail").await.unwrap(), 32);
    assert_eq!(
        ground.values(&target(), "orders.tail").await,
        BTreeMap::from([(0, numbers("orders", 8..20))])
    );
    assert_eq!(ground.values(&target(), "orders").await[&0].len(), 8, "the topic itself is as it was");
    assert_eq!(
        once(&ground.memory, folder.path(), "").await.unwrap(),
        32,
        "another replay of the same export"
    );
}

/// Writes what the cluster does not hold, and answers how many records that were.
async fn once_skipping(records: &dyn Records, folder: &Path, suffix: &str) -> Result<u64, TailError> {
    let mut ready = prepared(records, folder, suffix).await?;
    ready.leave_out_present(records, &quiet).await?;
    replay(records, ready, &quiet).await
}

#[tokio::test]
async fn what_was_carried_after_all_is_left_out() {
    let ground = Ground::identity().await;
    ground.commit(&[("orders", &[3, 20])]);
    let folder = tempfile::tempdir().unwrap();
    ground.export(folder.path()).await;
    let mut ready = prepared(&ground.memory, folder.path(), "").await.unwrap();
    assert_eq!((ready.total().records, ready.left_out), (37, 0));
    ready.leave_out_present(&ground.memory, &quiet).await.unwrap();
    assert_eq!((ready.total().records, ready.left_out), (32, 5));
    for topic in ["orders.tail", "pay.v1.tail"] {
        ground.make(&target(), topic, 1);
    }
    assert_eq!(once_skipping(&ground.memory, folder.path(), ".tail").await.unwrap(), 32, "it lies elsewhere");
    assert_eq!(ground.values(&target(), "orders.tail").await[&0], numbers("orders", 8..20));
    assert_eq!(replay(&ground.memory, ready, &quiet).await.unwrap(), 32);
    assert_eq!(ground.values(&target(), "orders").await[&0], numbers("orders", 0..20));
    let again = prepared(&ground.memory, folder.path(), "").await.unwrap();
    assert!(again.finished.is_some());
}

/// What another export of the same tail has brought is there; what this one has brought is its own affair.
#[tokio::test]
async fn a_replay_of_another_export_counts_and_its_own_does_not() {
    let ground = Ground::identity().await;
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    ground.export(one.path()).await;
    let manifest = leeward::tail::Manifest { id: uuid::Uuid::from_u128(8), ..ground.manifest().await };
    let writer = Writer::open(other.path(), || manifest).unwrap();
    export(&ground.memory, writer, &quiet).await.unwrap();
    assert_eq!(once(&ground.memory, one.path(), "").await.unwrap(), 32);
    assert_eq!(once_skipping(&ground.memory, other.path(), "").await.unwrap(), 0);
    std::fs::remove_file(one.path().join("replays")).unwrap();
    ground.memory.edit(|world| world.clusters.get_mut(&target()).unwrap().groups.clear());
    let mut lost = prepared(&ground.memory, one.path(), "").await.unwrap();
    lost.leave_out_present(&ground.memory, &quiet).await.unwrap();
    assert_eq!(lost.left_out, 0, "nothing but its marks tells of it, and they are not asked");
}

/// Broken at every call, and begun again: what stood there before is there once, and so is everything else.
#[tokio::test]
async fn broken_at_any_call_it_leaves_out_the_same() {
    let (ground, _) = many().await;
    // A worker that was killed had carried these two thousand without committing it.
    ground.fill(&target(), "orders", 0, 8..2_008, "orders").await;
    let folder = tempfile::tempdir().unwrap();
    let manifest = ground.manifest().await;
    let writer = Writer::open(folder.path(), || manifest).unwrap();
    export(&ground.memory, writer, &quiet).await.unwrap();
    let mut broken = 0;
    for calls in 0.. {
        let memory = leeward::provider::Memory::with(ground.memory.world());
        let kept = copied(&folder);
        let fragile = Fragile {
            inner: memory.shared(),
            left: Arc::new(AtomicUsize::new(calls)),
            after: calls % 2 == 1,
        };
        let first = once_skipping(&fragile, kept.path(), "").await;
        broken += usize::from(first.is_err());
        once_skipping(&memory, kept.path(), "").await.unwrap();
        let after = Ground { memory, estate: ground.estate.clone(), state: ground.state.clone() };
        let values = after.values(&target(), "orders").await;
        assert_eq!(values[&0], numbers("orders", 0..5_020), "{calls} calls");
        if first.is_ok() {
            break;
        }
    }
    assert!(broken >= 9, "{broken}");
}
