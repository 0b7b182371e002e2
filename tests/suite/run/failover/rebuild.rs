//! What a rebuild says before it is done, and what it refuses; what is refused without one.

use super::super::sample::address;
use super::declared::Kind;
use super::field::{cut, heal, wipe};
use super::stage::Stage;
use leeward::plan::{Plan, Recipe, Verdict};
use leeward::report::expected::Expected;
use leeward::report::failover::{done, text_in};
use leeward::runbook::{Exported, Held, HeldTail};
use leeward::tail::{Course, count, find};
use std::collections::BTreeMap;

/// A pair whose active side died with records that were not carried, and that is back: with its data or without.
pub async fn returned(fence: Kind, has_data: bool) -> Stage {
    let stage = Stage::raised(fence).await;
    stage.field.hang();
    stage.field.write("tail", 1);
    cut(&stage.field, "hangzhou");
    let mut there = stage.copy();
    there.field = there.field.awake();
    there.run(there.plan(Recipe::Unplanned).await).await;
    there.field.write("there", 2);
    there.field.read_on();
    heal(&there.field, "hangzhou");
    if !has_data {
        wipe(&there.field, "hangzhou");
    }
    there
}

fn text(plan: &Plan) -> String {
    text_in(plan, &Expected::default(), 100)
}

async fn shown(stage: &Stage, held: Held) -> Plan {
    stage.shown(Recipe::Rebuild, None, Some(held)).await
}

/// The only guard that does not hold, with what it saw.
fn stop(plan: &Plan) -> (String, Verdict, String) {
    let stops: Vec<_> = plan.guards().filter(|guard| guard.verdict != Verdict::Holds).collect();
    let [stop] = &stops[..] else { panic!("{stops:#?}") };
    (stop.name.clone(), stop.verdict, stop.seen.clone())
}

fn reasons(plan: &Plan) -> Vec<String> {
    plan.refused.iter().map(|refused| format!("{}: {}", refused.object, refused.reason)).collect()
}

#[tokio::test]
async fn what_is_deleted_is_shown() {
    let with_data = returned(Kind::MaxMessageBytes, true).await;
    let alone = Held { tail: Ok(HeldTail { records: 3, exported: None }), ..with_data.held() };
    let plan = shown(&with_data, alone).await;
    insta::assert_snapshot!("with_its_data", text(&plan));
    assert_eq!(done(&plan), "pair.orders is protected again: all was carried anew from shanghai.");
    let empty = returned(Kind::Access, false).await;
    insta::assert_snapshot!("empty", text(&empty.plan(Recipe::Rebuild).await));
}

#[tokio::test]
async fn records_that_stand_there_alone_stop_it_until_they_are_kept() {
    let stage = returned(Kind::Access, true).await;
    let tail = |exported| Held { tail: Ok(HeldTail { records: 7, exported }), ..stage.held() };
    let (name, verdict, seen) = stop(&shown(&stage, tail(None)).await);
    assert_eq!((name.as_str(), verdict), ("tail", Verdict::Fails));
    assert_eq!(
        seen,
        "7 records stand on hangzhou alone: leeward tail export orders -side primary -out DIR keeps them, then say -exported DIR"
    );
    let other = Exported::NotWhole { why: "kept does not hold all of orders-0".into() };
    let (_, _, seen) = stop(&shown(&stage, tail(Some(other))).await);
    assert_eq!(seen, "7 records stand on hangzhou alone, and kept does not hold all of orders-0");
    let whole = Exported::Whole { folder: "kept".into() };
    assert!(shown(&stage, tail(Some(whole))).await.guards().all(|guard| guard.verdict == Verdict::Holds));
    let unread = leeward::estate::Fault::new(leeward::estate::FaultKind::Timeout, "hangzhou is slow");
    let (name, verdict, seen) = stop(&shown(&stage, Held { tail: Err(unread), ..stage.held() }).await);
    assert_eq!((name.as_str(), verdict, seen.as_str()), ("tail", Verdict::Unknown, "hangzhou is slow"));
}

#[tokio::test]
async fn neither_the_active_side_nor_an_only_copy_is_deleted() {
    let stage = returned(Kind::Access, true).await;
    stage.field.0.edit(|world| {
        let active = world.clusters[&address("cluster.shanghai")].cluster_id.clone();
        world.clusters.get_mut(&address("cluster.hangzhou")).unwrap().cluster_id = active;
    });
    let refused = reasons(&shown(&stage, stage.held()).await);
    assert_eq!(
        refused,
        [
            "cluster on hangzhou: it is the same cluster as shanghai, which is active: nothing is deleted there"
        ]
    );
    let stage = returned(Kind::Access, true).await;
    stage.field.0.edit(|world| {
        world.clusters.get_mut(&address("cluster.shanghai")).unwrap().topics.remove("payments");
    });
    let refused = reasons(&shown(&stage, stage.held()).await);
    assert!(refused.iter().any(|it| it.contains("payments") && it.contains("the only copy")), "{refused:?}");
}

/// All that came before the cut-over would be missing there for ever.
#[tokio::test]
async fn a_side_that_came_back_empty_is_not_gone_on_with() {
    let empty = returned(Kind::Access, false).await;
    let refused = reasons(&empty.shown(Recipe::Reprotect, None, None).await);
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(refused.iter().all(|it| it.ends_with("leeward failback plan orders -rebuild")), "{refused:?}");
    // The same with topics that somebody has made meanwhile, without a record.
    let made = |stage: &Stage| {
        stage.field.0.edit(|world| {
            let cluster = world.clusters.get_mut(&address("cluster.hangzhou")).unwrap();
            cluster.put_topic("orders", 2, 3, BTreeMap::new());
            cluster.put_topic("payments", 1, 3, BTreeMap::new());
        });
    };
    made(&empty);
    assert_eq!(reasons(&empty.shown(Recipe::Reprotect, None, None).await), refused);
    // Nor does an apply, where no fence is pending.
    let mut standby = Stage::raised(Kind::Access).await;
    standby.run(standby.plan(Recipe::Planned).await).await;
    wipe(&standby.field, "hangzhou");
    made(&standby);
    let (plan, place) = (standby.steady().await, standby.place());
    let mut run = place.run(plan);
    let field = standby.field.shared();
    standby.execute(&place, &mut run, &field).await.unwrap();
    let events = format!("{:?}", place.events());
    assert!(!run.progress.is_whole() && events.contains("holds nothing of what was there"), "{events}");
    assert!(events.contains("leeward failback plan orders -rebuild"), "{events}");
    standby.run(standby.plan(Recipe::Rebuild).await).await;
    assert!(standby.steady().await.is_empty());
}

/// What is mirrored back behind a tail does not hide it, and is none of it.
#[tokio::test]
async fn a_tail_is_found_behind_which_records_were_mirrored_back() {
    let mut stage = returned(Kind::Access, true).await;
    stage.run(stage.plan(Recipe::Reprotect).await).await;
    stage.field.write("later", 4);
    let course = Course::of(stage.estate(), &stage.state, &address("pair.orders"), None).unwrap();
    let found = find(&stage.field, &stage.field.0, &course).await.unwrap();
    let counts = count(&stage.field.0, &course, &found, &|_| ()).await.unwrap();
    let records: Vec<u64> = counts.iter().map(|count| count.records).collect();
    assert_eq!(records, [1, 1, 1]);
}

/// What comes there between the plan and the fence would be deleted unseen.
#[tokio::test]
async fn what_comes_after_the_plan_keeps_it_from_being_emptied() {
    let mut stage = returned(Kind::Access, true).await;
    let plan = stage.plan(Recipe::Rebuild).await;
    stage.field.0.edit(|world| {
        let there = world.clusters.get_mut(&address("cluster.hangzhou")).unwrap();
        there.topics.get_mut("payments").unwrap().partitions[0].end += 2;
    });
    let place = stage.place();
    let mut run = place.run(plan);
    let field = stage.field.shared();
    stage.execute(&place, &mut run, &field).await.unwrap();
    let events = format!("{:?}", place.events());
    assert!(
        events.contains("2 records have come to payments on hangzhou since they were counted"),
        "{events}"
    );
    let there = &stage.field.0.world().clusters[&address("cluster.hangzhou")];
    assert!(there.topics.contains_key("orders") && there.topics.contains_key("payments"));
    // Given up, it can be planned anew.
    assert!(leeward::run::abort(&run.plan, &run.progress, &stage.state).is_ok());
    stage.run(stage.plan(Recipe::Rebuild).await).await;
}
