//! Groups, places and names as they stand.

use super::stage::{Stage, dead, hangzhou, shanghai, stands};
use leeward::estate::Role;
use leeward::offsets::{Certainty, Row};
use leeward::status::{Condition, GroupStanding};

fn group<'a>(condition: &'a Condition, name: &str) -> &'a GroupStanding {
    condition.mirrorings[0].groups.iter().find(|group| group.group == name).unwrap()
}

#[tokio::test]
async fn roles_epoch_and_places_are_told() {
    let condition = Stage::new().condition().await;
    assert_eq!((&condition.active.cluster, condition.active.role), (&hangzhou(), Role::Active));
    assert_eq!((&condition.standby.cluster, condition.standby.brokers), (&shanghai(), Some(3)));
    assert_eq!(condition.standby.connects[0].version.as_deref(), Some("4.3.1"));
    assert_eq!((condition.epoch, condition.since.is_some()), (4, true));
}

#[tokio::test]
async fn a_group_is_summed_up_over_its_partitions() {
    let condition = Stage::new().condition().await;
    let billing = group(&condition, "billing");
    assert_eq!((billing.partitions, billing.lag, billing.uncovered), (3, Some(0), 0));
    assert_eq!(billing.exact + billing.rewinds, 3);
    assert_eq!(billing.unset, 3, "MirrorMaker has set it nowhere yet");
    let fulfilment = group(&condition, "fulfilment");
    assert_eq!((fulfilment.partitions, fulfilment.lag), (2, Some(200)));
    assert!(fulfilment.repeated.at_most.is_some_and(|most| most >= fulfilment.repeated.at_least));
}

#[tokio::test]
async fn where_a_group_stands_on_the_standby_is_held_against_where_it_would_go_on() {
    let stage = Stage::new().edit(|world| {
        let standby = world.clusters.get_mut(&shanghai()).unwrap();
        standby
            .groups
            .insert("billing".into(), stands(&[("orders", &[260, -1]), ("payments.card", &[1_000])]));
    });
    let condition = stage.condition().await;
    let billing = group(&condition, "billing");
    assert_eq!((billing.unset, billing.back, billing.ahead), (1, 740, 0));
}

#[tokio::test]
async fn with_the_active_side_dead_checkpoints_say_where_groups_stood() {
    let stage =
        Stage::new().checkpoint("billing", "orders", 1_000, 990).cut("cluster.hangzhou", dead("hangzhou"));
    let condition = stage.condition().await;
    let billing = group(&condition, "billing");
    assert_eq!((billing.partitions, billing.lag, billing.repeated.at_most), (2, None, Some(1_049)));
    assert_eq!(billing.checkpoint_age_seconds, Some(90.0));
    let fulfilment = group(&condition, "fulfilment");
    assert_eq!(fulfilment.unknown.as_deref(), Some("hangzhou does not answer"));
    assert!(!fulfilment.is_covered() && billing.is_covered());
}

#[tokio::test]
async fn a_partition_without_a_checkpoint_begins_anew_if_the_side_is_dead() {
    let stage = || Stage::new().checkpoint("billing", "orders", 1_000, 990);
    for (stage, from_first) in [(stage(), 0), (stage().cut("cluster.hangzhou", dead("hangzhou")), 1)] {
        let flow = stage.flow().await;
        let rows = flow.rows(Certainty::Foreseen);
        let of_orders = |row: &&Row| row.group == "billing" && row.topic == "orders";
        let rows: Vec<&Row> = rows.iter().filter(of_orders).collect();
        let set = flow.group_set("billing", &rows, None);
        assert_eq!((set.partitions, set.from_first, set.unknown), (2, from_first, 0));
    }
}

#[tokio::test]
async fn what_a_group_has_read_since_its_checkpoint_it_reads_again_if_its_side_dies() {
    let stage = || Stage::new().crossed("fulfilment", "orders", &[600, 900]);
    let condition = stage().condition().await;
    let alive = group(&condition, "fulfilment");
    assert_eq!((alive.repeated.at_most, alive.repeated_if_lost), (Some(0), Some(300)));
    assert_eq!(group(&condition, "billing").repeated_if_lost, None, "no checkpoint of it has crossed");
    // Nobody says any more how far it had come: at most it had read all that stands on the standby.
    let condition = stage().cut("cluster.hangzhou", dead("hangzhou")).condition().await;
    let lost = group(&condition, "fulfilment");
    assert_eq!((lost.exact, lost.repeated.at_most, lost.repeated_if_lost), (2, Some(500), Some(500)));
}

#[tokio::test]
async fn a_group_that_never_committed_is_covered() {
    let stage = Stage::new().edit(|world| {
        world.clusters.get_mut(&hangzhou()).unwrap().groups.remove("billing");
    });
    let condition = stage.condition().await;
    assert_eq!(
        (group(&condition, "billing").partitions, group(&condition, "billing").is_covered()),
        (0, true)
    );
    assert!(condition.ready);
}
