//! Where groups go on if neither their source nor a checkpoint tells where they stood.

use crate::estate::sample::address;
use crate::status::stage::{NOW, Stage, dead, hangzhou, shanghai, stands};
use jiff::Timestamp;
use leeward::estate::PartitionEnds;
use leeward::offsets::{Cause, Certainty, Evidence, Flow, Row, Settlement};

/// When the checkpoints of a stage were written.
const WRITTEN: i64 = NOW - 90_000;

fn died(stage: Stage) -> Stage {
    stage.cut("cluster.hangzhou", dead("hangzhou"))
}

/// The flow goes on from a cut-over at which both logs of `orders` ended here.
fn went_on(mut stage: Stage, source: i64, target: i64, at: i64) -> Stage {
    let starts = stage.state.starts.get_mut(&address("replication.orders")).unwrap();
    for start in starts {
        start.source = PartitionEnds { start: source, end: source };
        start.target = PartitionEnds { start: 0, end: target };
        (start.continues, start.at) = (true, Some(Timestamp::from_millisecond(at).unwrap()));
    }
    stage
}

/// `billing` stands here on the standby, in the partitions of `orders`; nowhere at -1.
fn there(stage: Stage, orders: &[i64]) -> Stage {
    stage.edit(|world| {
        let standby = world.clusters.get_mut(&shanghai()).unwrap();
        standby.groups.insert("billing".into(), stands(&[("orders", orders)]));
    })
}

fn of<'a>(rows: &'a [Row], group: &str) -> Vec<&'a Row> {
    rows.iter().filter(|row| row.group == group).collect()
}

/// Where a group goes on in each partition of a topic that has an answer.
fn goes_on(flow: &Flow, topic: &str) -> Vec<(i32, i64, Option<Cause>)> {
    let cause = |row: &Row| match row.answer.as_ref()?.evidence {
        Evidence::Rewinds { cause, .. } => Some(cause),
        Evidence::Exact(_) => None,
    };
    let rows = flow.rows(Certainty::Proven);
    let rows = of(&rows, "billing").into_iter().filter(|row| row.topic == topic);
    rows.filter_map(|row| Some((row.partition, row.goes_on()?, cause(row)))).collect()
}

#[tokio::test]
async fn a_partition_without_a_checkpoint_begins_with_the_first_record() {
    let stage = Stage::new().checkpoint("billing", "orders", 1_000, 990).edit(|world| {
        let orders = world.clusters.get_mut(&shanghai()).unwrap().topics.get_mut("orders").unwrap();
        orders.partitions[1].start = 200;
    });
    let flow = died(stage).flow().await;
    assert_eq!(goes_on(&flow, "orders")[1], (1, 200, Some(Cause::NoCheckpoint)));
    assert_eq!(goes_on(&flow, "payments.card"), [], "it was never seen to read that");
    let rows = flow.rows(Certainty::Proven);
    let set = flow.group_set("billing", &of(&rows, "billing"), None);
    assert_eq!((set.partitions, set.from_first, set.unknown), (2, 1, 0));
    assert!(set.repeated_at_most >= 800, "{set:?}");
    let Settlement::Set { from: None, to } = flow.settle("billing", &of(&rows, "billing")) else {
        panic!("{:?}", flow.settle("billing", &of(&rows, "billing")))
    };
    assert_eq!(to.position("orders", 1), Some(200));
    assert_eq!(of(&rows, "fulfilment"), Vec::<&Row>::new(), "nothing tells that it reads anything");
}

#[tokio::test]
async fn a_side_that_lives_is_asked_and_nothing_else() {
    let stage = || Stage::new().checkpoint("billing", "orders", 900, 900);
    let silent = |world: &mut leeward::provider::memory::World| {
        let active = world.clusters.get_mut(&hangzhou()).unwrap();
        active.groups.insert("billing".into(), stands(&[("orders", &[900, -1])]));
    };
    let flow = stage().edit(silent).flow().await;
    assert_eq!(goes_on(&flow, "orders").len(), 1, "it never committed in the other one");
    // Of the partition without a checkpoint all would be read again if the side died now.
    let flow = stage().flow().await;
    let rows = flow.rows(Certainty::Foreseen);
    let if_lost: Vec<_> = of(&rows, "billing").iter().map(|row| row.repeated_if_lost).collect();
    assert!(matches!(if_lost[..], [Some(100..), Some(1_000), None]), "{if_lost:?}");
}

/// The source's log is another one since it was rebuilt: an offset of the old one lies far behind the end of what was carried.
#[tokio::test]
async fn a_checkpoint_from_before_the_cut_over_is_not_believed() {
    let stage = |position, at| {
        let stage = Stage::new().crossed("billing", "orders", &[position, position]);
        died(there(went_on(stage, 300, 960, at), &[700, -1]))
    };
    for (written, at) in [("before", WRITTEN + 1), ("long before", NOW)] {
        let flow = stage(9_000, at).flow().await;
        let (stays, begins) = ((0, 700, Some(Cause::BeforeCutOver)), (1, 0, Some(Cause::NoCheckpoint)));
        assert_eq!(goes_on(&flow, "orders"), [stays, begins], "written {written}");
    }
    let rows = stage(320, WRITTEN).flow().await.rows(Certainty::Proven);
    let told: Vec<_> = of(&rows, "billing").iter().filter_map(|row| Some(row.position?.offset)).collect();
    assert_eq!(told, [320, 320], "one from behind it is");
}

#[tokio::test]
async fn a_group_that_went_past_the_cut_over_on_the_standby_is_left_alone() {
    let flow = died(there(went_on(Stage::new(), 300, 960, NOW), &[970, 960])).flow().await;
    assert_eq!(goes_on(&flow, "orders"), [(1, 960, Some(Cause::BeforeCutOver))]);
    let rows = flow.rows(Certainty::Proven);
    let set = flow.group_set("billing", &of(&rows, "billing"), None);
    assert_eq!((set.partitions, set.from_first, set.unknown), (1, 0, 1), "why it stands there nobody knows");
}

#[tokio::test]
async fn what_retention_took_is_not_waited_for() {
    let stage = there(went_on(Stage::new(), 300, 960, NOW), &[100, 960]).edit(|world| {
        let orders = world.clusters.get_mut(&shanghai()).unwrap().topics.get_mut("orders").unwrap();
        orders.partitions[0].start = 400;
    });
    let flow = died(stage).flow().await;
    let first = goes_on(&flow, "orders")[0];
    assert_eq!(first, (0, 400, Some(Cause::BeforeCutOver)), "behind nothing that stands there");
}
