//! If the active side died now.

use super::stage::{Stage, dead, hangzhou};
use leeward::status::{Count, Figure, Verdict};

#[tokio::test]
async fn nothing_is_lost_where_nothing_is_left() {
    // Whatever the age of the last heartbeat, which is on its way itself.
    let loss = Stage::new().beat(Some(9_000)).condition().await.loss;
    assert_eq!((loss.records, loss.seconds), (Figure::Known(Count::exactly(0)), Figure::Known(0.0)));
    assert_eq!((loss.objective.seconds, loss.objective.verdict), (Some(30.0), Verdict::Met));
}

#[tokio::test]
async fn what_is_left_is_lost_back_to_the_last_heartbeat() {
    for (ago, verdict) in [(800, Verdict::Met), (30_000, Verdict::Met), (30_001, Verdict::Missed)] {
        let stage = Stage::new().beat(Some(ago)).end(&hangzhou(), "orders", 0, 1_204);
        let loss = stage.condition().await.loss;
        assert_eq!(loss.records, Figure::Known(Count::exactly(204)));
        assert_eq!((loss.seconds, loss.objective.verdict), (Figure::Known(ago as f64 / 1_000.0), verdict));
    }
}

#[tokio::test]
async fn with_the_active_side_dead_only_its_last_heartbeat_is_known() {
    let stage = Stage::new().beat(Some(34_000)).cut("cluster.hangzhou", dead("hangzhou"));
    let loss = stage.condition().await.loss;
    assert_eq!(loss.records.why(), Some("hangzhou does not answer"));
    assert_eq!(loss.seconds.why(), Some("since when it is silent is not known"));
    assert_eq!(
        loss.objective.verdict,
        Verdict::Unknown,
        "it may have died a second after its last heartbeat"
    );
    assert_eq!(loss.since.unwrap().as_millisecond(), super::stage::NOW - 34_000);
    let cut_off = Stage::new().cut("cluster.hangzhou", dead("hangzhou")).condition().await.loss;
    assert_eq!((cut_off.seconds, cut_off.objective.verdict), (Figure::Known(0.8), Verdict::Met));
}

#[tokio::test]
async fn without_heartbeats_the_seconds_are_unknown() {
    let stage = Stage::new().beat(None).end(&hangzhou(), "orders", 0, 1_204);
    let loss = stage.condition().await.loss;
    assert_eq!(loss.seconds.why(), Some("no heartbeat has crossed"));
    assert_eq!(loss.objective.verdict, Verdict::Unknown);
}

#[tokio::test]
async fn without_an_objective_there_is_no_verdict() {
    let mut stage = Stage::new();
    stage.estate.resources.remove(&crate::estate::sample::address("failover_policy.orders"));
    let loss = stage.condition().await.loss;
    assert_eq!((loss.objective.seconds, loss.objective.verdict), (None, Verdict::None));
}
