//! Where a tail begins, and how that is known.

use super::ground::{CONNECTOR, Ground, source, target};
use crate::estate::sample::address;
use leeward::estate::{Estate, Naming, PartitionEnds, Resource, Side, Snapshot};
use leeward::state::PairState;
use leeward::tail::{Course, Evidence, TailError, count};
use std::collections::BTreeMap;

/// Topic, partition, first offset, end, evidence.
type Row = (String, i32, i64, i64, Evidence);

async fn rows(ground: &Ground) -> Vec<Row> {
    let found = ground.find().await.unwrap();
    found.parts.iter().map(|p| (p.topic.clone(), p.partition, p.from, p.end, p.evidence)).collect()
}

fn row(topic: &str, partition: i32, from: i64, evidence: Evidence) -> Row {
    (topic.into(), partition, from, 20, evidence)
}

#[tokio::test]
async fn it_begins_where_the_connector_stands() {
    for naming in [Naming::Identity, Naming::Prefixed { separator: ".".into() }] {
        let ground = Ground::new(naming).await;
        let expected = [
            row("orders", 0, 8, Evidence::Connector),
            row("orders", 1, 20, Evidence::Connector),
            row("pay.v1", 0, 0, Evidence::NeverCarried),
        ];
        assert_eq!(rows(&ground).await, expected, "excluded, uncovered and internal topics are left out");
        let found = ground.find().await.unwrap();
        assert_eq!(found.source_id, "cluster-id-of-hangzhou");
        let counts = count(&ground.memory, &ground.course(), &found, &super::ground::quiet).await.unwrap();
        assert_eq!(counts.iter().map(|count| count.records).collect::<Vec<_>>(), [12, 0, 20]);
        let [first, ..] = counts[..] else { panic!("three parts") };
        assert_eq!(
            (first.first, first.last),
            (Some(super::ground::START + 800), Some(super::ground::START + 1900))
        );
        assert_eq!(
            first.bytes,
            (8..20).map(|n: i64| format!("k{n}orders-0-{n}tracet").len() as u64).sum::<u64>()
        );
    }
}

#[tokio::test]
async fn without_connect_it_is_found_in_what_the_target_holds() {
    for naming in [Naming::Identity, Naming::Prefixed { separator: "_".into() }] {
        for syncs in [&[][..], &[("orders", 0, 3, 3), ("orders", 0, 5, 5), ("orders", 1, 19, 19)][..]] {
            let ground = Ground::new(naming.clone()).await;
            ground.cut("connect.shanghai");
            for (topic, partition, upstream, downstream) in syncs {
                ground.sync(topic, *partition, *upstream, *downstream).await;
            }
            let expected = [
                row("orders", 0, 8, Evidence::Target),
                row("orders", 1, 20, Evidence::Target),
                row("pay.v1", 0, 0, Evidence::Target),
            ];
            assert_eq!(rows(&ground).await, expected, "{naming:?} {syncs:?}");
            let found = ground.find().await.unwrap();
            assert_eq!(found.silent[0].0, CONNECTOR);
        }
    }
}

#[tokio::test]
async fn a_connector_that_is_gone_has_taken_its_position_along() {
    let ground = Ground::identity().await;
    ground.memory.edit(|world| {
        world.connects.get_mut(&address("connect.shanghai")).unwrap().connectors.clear();
    });
    assert_eq!(rows(&ground).await[0], row("orders", 0, 8, Evidence::Target));
    assert_eq!(ground.find().await.unwrap().gone, [CONNECTOR]);
}

#[tokio::test]
async fn with_an_offset_between_the_sides_the_twins_are_found_all_the_same() {
    let ground = Ground::identity().await;
    ground.cut("connect.shanghai");
    // The mirror began when the source stood at 4, and a worker that was killed carried 6 and 7 twice.
    ground.make(&target(), "orders", 2);
    ground.fill(&target(), "orders", 0, 4..8, "orders").await;
    ground.fill(&target(), "orders", 0, 6..9, "orders").await;
    ground.sync("orders", 0, 4, 0).await;
    assert_eq!(rows(&ground).await[0], row("orders", 0, 9, Evidence::Target));
    assert_eq!(rows(&ground).await[1], row("orders", 1, 0, Evidence::Target), "nothing of it is there");
}

/// The pair as the state says that it is, once its secondary is active.
fn fail_over(estate: &mut Estate) {
    let pair = &mut estate.resources.get_mut(&address("pair.orders")).unwrap().resource;
    let Resource::Pair(pair) = pair else { panic!("it is a pair") };
    pair.active = Side::Secondary;
}

/// A client whose last record the dying side took without an answer writes it again to the new one: that it stands on both
/// sides does not say that it, and all before it, was carried.
#[tokio::test]
async fn what_a_client_wrote_again_behind_the_cut_over_was_not_carried() {
    let mut ground = Ground::identity().await;
    ground.cut("connect.shanghai");
    fail_over(&mut ground.estate);
    let end = |end| PartitionEnds { start: 0, end };
    let snapshot = Snapshot {
        at: jiff::Timestamp::UNIX_EPOCH,
        ends: [(target(), [("orders".to_owned(), vec![end(8), end(20)])].into())].into(),
        carried: BTreeMap::new(),
        silent: BTreeMap::new(),
    };
    let pair =
        PairState { active: Side::Secondary, epoch: 1, snapshot: Some(snapshot), ..PairState::default() };
    ground.fill(&target(), "orders", 0, 19..20, "orders").await;
    ground.state.pairs.insert(address("pair.orders"), PairState { snapshot: None, ..pair.clone() });
    assert_eq!(rows(&ground).await[0].2, 20, "nobody knows where the cut-over was");
    ground.state.pairs.insert(address("pair.orders"), pair);
    assert_eq!(rows(&ground).await[0], row("orders", 0, 8, Evidence::Target));
    assert_eq!(rows(&ground).await[1], row("orders", 1, 20, Evidence::Target));
}

#[tokio::test]
async fn what_retention_took_is_counted_and_not_looked_for() {
    let ground = Ground::identity().await;
    ground.memory.edit(|world| {
        let topic = world.clusters.get_mut(&source()).unwrap().topics.get_mut("orders").unwrap();
        topic.partitions[0].start = 11;
        topic.records.get_mut(&0).unwrap().retain(|record| record.offset >= 11);
    });
    let found = ground.find().await.unwrap();
    let part = &found.parts[0];
    assert_eq!((part.from, part.gone(), part.first()), (8, 3, 11));
}

#[tokio::test]
async fn without_the_source_there_is_nothing_to_find() {
    let ground = Ground::identity().await;
    ground.cut("cluster.hangzhou");
    let error = ground.find().await.unwrap_err();
    assert_eq!(error.to_string(), "cluster.hangzhou is dead");
    let ground = Ground::identity().await;
    ground.cut("connect.shanghai");
    ground.cut("cluster.shanghai");
    assert!(matches!(ground.find().await, Err(TailError::World(_))), "nobody knows what was carried");
}

#[test]
fn the_old_active_side_follows_the_epoch() {
    let estate = super::ground::estate(Naming::Identity);
    let pair = address("pair.orders");
    let mut state = leeward::state::State::new("test");
    let course = Course::of(&estate, &state, &pair, None).unwrap();
    assert_eq!((course.side, &course.source, &course.target), (Side::Primary, &source(), &target()));
    // After a failover the state says so, and the estate was evaluated with it.
    state.pairs.insert(pair.clone(), PairState { active: Side::Secondary, epoch: 1, ..PairState::default() });
    let mut failed_over = estate.clone();
    fail_over(&mut failed_over);
    let course = Course::of(&failed_over, &state, &pair, None).unwrap();
    assert_eq!((course.side, course.epoch, &course.source), (Side::Primary, 1, &source()));
    assert_eq!(
        course.flows[0].connector.as_ref().unwrap().to_string(),
        format!("connector {CONNECTOR} on shanghai")
    );
    let course = Course::of(&failed_over, &state, &pair, Some(Side::Secondary)).unwrap();
    assert_eq!((&course.source, &course.target), (&target(), &source()));
    assert!(matches!(Course::of(&estate, &state, &address("pair.x"), None), Err(TailError::NoPair(_))));
    let mut alone = estate;
    alone.resources.remove(&address("replication.flow"));
    assert!(matches!(Course::of(&alone, &state, &pair, None), Err(TailError::NoFlow(_))));
}
