//! What is left to carry: the bound, and what is likely.

use super::stage::{Stage, hangzhou, shanghai, sync};
use leeward::status::{Count, Figure};

async fn lag(stage: Stage) -> Figure<Count> {
    let condition = stage.condition().await;
    let mirroring = &condition.mirrorings[0];
    let behind: usize = mirroring.topics.iter().map(|topic| topic.behind).sum();
    let likely = mirroring.lag.known().map_or(0, |count| count.likely);
    assert_eq!(behind > 0, likely > 0, "{mirroring:?}");
    mirroring.lag.clone()
}

fn known(likely: i64, at_most: i64) -> Figure<Count> {
    Figure::Known(Count { likely, at_most })
}

#[tokio::test]
async fn what_is_committed_is_carried() {
    assert_eq!(lag(Stage::new()).await, known(0, 0));
}

#[tokio::test]
async fn what_was_produced_since_is_left() {
    let stage = Stage::new().end(&hangzhou(), "orders", 1, 1_123).end(&hangzhou(), "payments.card", 0, 1_001);
    assert_eq!(lag(stage).await, known(124, 124));
}

#[tokio::test]
async fn before_connect_commits_the_standby_says_what_is_likely() {
    let stage = Stage::new().committed("orders", &[10, 10]).end(&hangzhou(), "orders", 0, 1_003);
    // The last syncs carried up to 951; the standby holds 49 more in each.
    assert_eq!(lag(stage).await, known(3, 3 + 49 + 49));
}

#[tokio::test]
async fn without_syncs_the_start_stands_beside_the_standbys_end() {
    let stage = Stage::new().syncs(Vec::new()).committed("orders", &[]).committed("payments.card", &[]);
    assert_eq!(lag(stage.end(&shanghai(), "orders", 0, 990)).await, known(10, 3_000));
}

#[tokio::test]
async fn without_syncs_and_starts_nothing_counts_as_carried() {
    let mut stage = Stage::new().syncs(Vec::new()).committed("orders", &[]).committed("payments.card", &[]);
    stage.state.starts.clear();
    stage.state.starts.insert(crate::estate::sample::address("replication.orders"), Vec::new());
    assert_eq!(lag(stage).await, known(3_000, 3_000));
}

#[tokio::test]
async fn what_retention_took_is_not_left_to_carry() {
    let stage = Stage::new().end(&hangzhou(), "orders", 0, 1_500).edit(|world| {
        let cluster = world.clusters.get_mut(&hangzhou()).unwrap();
        cluster.topics.get_mut("orders").unwrap().partitions[0].start = 1_400;
    });
    assert_eq!(lag(stage).await, known(100, 100));
}

#[tokio::test]
async fn a_standby_that_is_ahead_of_the_reading_leaves_nothing() {
    // Its end was read a moment after the active side's.
    assert_eq!(lag(Stage::new().end(&shanghai(), "orders", 0, 1_007)).await, known(0, 0));
    assert_eq!(lag(Stage::new().committed("orders", &[1_005, 1_000])).await, known(0, 0));
}

#[tokio::test]
async fn a_log_that_was_made_anew_says_nothing() {
    let why = |figure: &Figure<Count>| figure.why().unwrap().to_owned();
    let remade = lag(Stage::new().end(&hangzhou(), "orders", 1, 20)).await;
    assert_eq!(
        why(&remade),
        "orders-1 on hangzhou ends before what was carried of it: its log was made anew, or cut"
    );
    let remade = lag(Stage::new().end(&shanghai(), "payments.card", 0, 20)).await;
    assert_eq!(
        why(&remade),
        "payments.card-0 on shanghai ends before what was carried to it: its log was made anew, or cut"
    );
}

#[tokio::test]
async fn a_topic_that_is_missing_makes_it_unknown() {
    for (cluster, name) in [(hangzhou(), "hangzhou"), (shanghai(), "shanghai")] {
        let stage = Stage::new().edit(|world| {
            world.clusters.get_mut(&cluster).unwrap().topics.remove("orders");
        });
        let condition = stage.condition().await;
        let why = condition.mirrorings[0].lag.why().map(str::to_owned);
        assert_eq!(why, Some(format!("orders is not on {name}")));
        let payments = &condition.mirrorings[0].topics[1];
        assert_eq!(payments.records, known(0, 0), "the other topic is known all the same");
    }
}

#[tokio::test]
async fn with_connect_gone_the_syncs_still_give_a_bound() {
    let gone = super::stage::dead("connect");
    let stage = Stage::new().cut("connect.shanghai", gone).end(&hangzhou(), "orders", 0, 1_010);
    assert_eq!(lag(stage).await, known(10, 59 + 49 + 49));
}

#[tokio::test]
async fn with_the_standby_dead_connect_still_gives_a_bound() {
    let stage = Stage::new().cut("cluster.shanghai", super::stage::dead("shanghai"));
    assert_eq!(lag(stage.end(&hangzhou(), "orders", 0, 1_010)).await, known(10, 10));
    let stage = Stage::new().cut("cluster.shanghai", super::stage::dead("shanghai"));
    let silent = lag(stage.cut("connect.shanghai", super::stage::dead("connect"))).await;
    assert!(silent.why().unwrap().contains("shanghai"), "{silent:?}");
}

#[tokio::test]
async fn a_partition_that_was_never_carried_is_left_whole() {
    let syncs = vec![sync("orders", 0, 999, 999), sync("payments.card", 0, 999, 999)];
    let stage = Stage::new().syncs(syncs).committed("orders", &[1_000]).end(&shanghai(), "orders", 1, 0);
    assert_eq!(lag(stage).await, known(1_000, 1_000));
}
