//! What was known before is kept beside what is not known any more.

use super::stage::{Stage, dead, hangzhou};
use leeward::state::Sighting;
use leeward::status::{Count, Figure, Last};
use std::collections::BTreeMap;

#[tokio::test]
async fn a_dead_side_keeps_what_was_last_known_of_it() {
    let before = Stage::new().end(&hangzhou(), "orders", 0, 1_012).condition().await;
    let mut now = Stage::new().cut("cluster.hangzhou", dead("hangzhou")).condition().await;
    now.remember(&before);
    let last = Some(Last { value: Count::exactly(12), at: before.at });
    let unknown = Figure::Unknown { why: "hangzhou does not answer".into(), last: last.clone() };
    assert_eq!(now.loss.records, unknown);
    assert_eq!((&now.mirrorings[0].lag, &now.mirrorings[0].topics[0].records), (&unknown, &unknown));
    let mut later = Stage::new().cut("cluster.hangzhou", dead("hangzhou")).condition().await;
    later.remember(&now);
    assert_eq!(later.loss.records, unknown, "and goes on keeping it, with the age it has");
}

#[tokio::test]
async fn what_is_known_is_not_overwritten_by_what_was() {
    let before = Stage::new().end(&hangzhou(), "orders", 0, 1_012).condition().await;
    let mut now = Stage::new().condition().await;
    now.remember(&before);
    assert_eq!(now.loss.records, Figure::Known(Count::exactly(0)));
}

#[tokio::test]
async fn what_was_known_in_another_epoch_is_of_the_other_side() {
    let before = Stage::new().condition().await;
    let mut stage = Stage::new().cut("cluster.hangzhou", dead("hangzhou"));
    let pair = crate::estate::sample::address("pair.orders");
    stage.state.pairs.get_mut(&pair).unwrap().epoch = 5;
    let mut now = stage.condition().await;
    let alone = now.clone();
    now.remember(&before);
    assert_eq!(now, alone);
}

#[tokio::test]
async fn what_is_asked_seldom_is_kept() {
    let mut stage = Stage::new();
    stage.whole = true;
    let before = stage.condition().await;
    let mut now = Stage::new().condition().await;
    now.remember(&before);
    assert_eq!(now.mirrorings[0].unfollowed, Some(Vec::new()));
}

#[tokio::test]
async fn what_was_left_when_it_was_last_seen_is_told_less_what_was_carried_since() {
    let at = super::stage::now() - jiff::SignedDuration::from_secs(40);
    let sighting = |orders: [i64; 2]| Sighting {
        at,
        epoch: 4,
        ends: BTreeMap::from([("orders".into(), orders.to_vec()), ("payments.card".into(), vec![990])]),
    };
    let dead = || Stage::new().beat(Some(60_000)).cut("cluster.hangzhou", dead("hangzhou"));
    let told = |likely| Figure::Unknown {
        why: "hangzhou does not answer".into(),
        last: Some(Last { value: Count::exactly(likely), at }),
    };
    let mut stage = dead();
    stage.sighting = Some(sighting([1_030, 1_000]));
    let condition = stage.condition().await;
    assert_eq!((&condition.loss.records, &condition.mirrorings[0].lag), (&told(30), &told(30)));
    // All that was there when it was last seen, and more, has been carried.
    stage.sighting = Some(sighting([400, 1_000]));
    assert_eq!(stage.condition().await.loss.records, told(0));
    // A topic that was not seen then makes the sum unknown.
    let mut seen = sighting([1_030, 1_000]);
    seen.ends.remove("payments.card");
    stage.sighting = Some(seen);
    let condition = stage.condition().await;
    assert_eq!(condition.loss.records, Figure::unknown("hangzhou does not answer"));
    assert_eq!(condition.mirrorings[0].topics[0].records, told(30));
}
