//! Heartbeats, and whether the active side lives.

use super::stage::{Stage, dead};
use leeward::estate::{Fault, FaultKind};
use leeward::status::{Beat, Life};

fn dead_active(stage: Stage) -> Stage {
    stage.cut("cluster.hangzhou", dead("hangzhou"))
}

#[tokio::test]
async fn a_heartbeat_has_an_age_and_a_limit() {
    for (ago, alive) in [(0, true), (800, true), (13_000, true), (13_001, false), (3_600_000, false)] {
        let condition = Stage::new().beat(Some(ago)).condition().await;
        let pulse = &condition.mirrorings[0].pulse;
        assert_eq!((pulse.age(), pulse.is_alive()), (Some(ago as f64 / 1_000.0), Some(alive)), "{ago}");
        assert_eq!(pulse.skew_seconds, None);
    }
}

#[tokio::test]
async fn a_heartbeat_from_the_future_is_a_clock_that_is_ahead() {
    let condition = Stage::new().beat(Some(-2_100)).condition().await;
    let pulse = &condition.mirrorings[0].pulse;
    assert_eq!((pulse.age(), pulse.skew_seconds), (Some(0.0), Some(2.1)));
    let slightly = Stage::new().beat(Some(-300)).condition().await;
    assert_eq!(slightly.mirrorings[0].pulse.skew_seconds, None, "no more than clocks disagree anyway");
}

#[tokio::test]
async fn no_heartbeat_is_no_life_and_an_unread_one_is_no_knowledge() {
    let never = Stage::new().beat(None).condition().await;
    assert_eq!(
        (&never.mirrorings[0].pulse.beat, never.mirrorings[0].pulse.is_alive()),
        (&Beat::Never, Some(false))
    );
    let unread = Stage::new().cut("cluster.shanghai", dead("shanghai")).condition().await;
    assert_eq!(unread.mirrorings[0].pulse.is_alive(), None);
}

#[tokio::test]
async fn a_dead_side_is_told_from_a_quiet_one_and_from_one_that_is_cut_off() {
    let life = |stage: Stage| async move { stage.condition().await.life };
    assert_eq!(life(Stage::new()).await, Life::Answers);
    assert_eq!(life(Stage::new().beat(Some(60_000))).await, Life::Answers, "it answers, so it lives");
    assert_eq!(life(dead_active(Stage::new())).await, Life::HeardOf);
    assert_eq!(life(dead_active(Stage::new().beat(Some(60_000)))).await, Life::Silent);
    assert_eq!(life(dead_active(Stage::new().beat(None))).await, Life::Silent);
    let both = dead_active(Stage::new()).cut("cluster.shanghai", dead("shanghai"));
    assert_eq!(life(both).await, Life::Doubtful);
}

#[tokio::test]
async fn a_password_that_is_refused_is_no_death() {
    let refused = Fault::new(FaultKind::Unauthenticated, "hangzhou does not accept leeward's credentials");
    let condition = Stage::new().cut("cluster.hangzhou", refused).condition().await;
    assert_eq!(condition.life, Life::HeardOf);
    assert!(condition.obstacles[0].message.contains("credentials"), "{:?}", condition.obstacles);
}
