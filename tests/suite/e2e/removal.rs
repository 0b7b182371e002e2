//! What is no longer declared is forgotten or deleted; what can't be changed is refused; what is replaced is made anew.

use super::estate::{Estate, lines};
use super::hand::Hand;
use super::sandbox;

/// A topic on the first cluster.
fn topic(name: &str, partitions: u32, copies: u32, rest: &str) -> String {
    format!(
        "topic \"{name}\" {{\n  cluster = cluster.hzTAG\n  name = \"{name}-TAG\"\n  partitions = {partitions}\n  \
         replication_factor = {copies}\n{rest}\n}}\n"
    )
}

const DELETE: &str = "on_remove = \"delete\"";

/// The figures of a plan.
fn sum(said: &str) -> String {
    lines(said, "Plan:").split("   ").next().unwrap().to_owned()
}

#[test]
fn a_topic_that_is_no_longer_declared_stays_unless_it_says_delete() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    let hand = Hand::on(&sandbox, "hangzhou");
    estate.write("main.hcl", &[topic("kept", 1, 1, ""), topic("gone", 1, 1, DELETE)].concat());
    estate.apply();
    estate.write("main.hcl", "");
    let (code, plan) = estate.plan();
    assert_eq!(code, 2, "{plan}");
    let head = plan.split("Plan:").next().unwrap();
    insta::assert_snapshot!(estate.untagged(head), @"
    leeward will change 2 things on 1 cluster. Active side: main → primary (hzTAG).

      - topic.gone (gone-TAG) on hzTAG
          # topic.gone is no longer declared

      . topic.kept (kept-TAG) on hzTAG
          # topic.kept is no longer declared: it stays, and leeward lets go of it

    Findings
      ! LW1601 info  pair.main: it has no failover policy: objectives, guards and approvals are not known (places.hcl:39)
          → declare a failover_policy for it

    This deletes 1 topic WITH ALL RECORDS: gone-TAG on hzTAG.
    ");
    estate.apply();
    let [kept, gone] = ["kept-TAG", "gone-TAG"].map(|name| hand.partitions(&estate.tagged(name)));
    assert_eq!((kept, gone), (Some(1), None));
    assert_eq!(estate.ok(&["state", "list"]), "");
    hand.delete_topic(&estate.tagged("kept-TAG"));
}

#[test]
fn what_kafka_can_not_change_is_refused_and_nothing_is_changed() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    let hand = Hand::on(&sandbox, "hangzhou");
    let others = |retention: u32| {
        let config = format!("config = {{ \"retention.ms\" = {retention} }}\n{DELETE}");
        [topic("copies", 1, 1, DELETE), topic("other", 1, 1, &config)].concat()
    };
    estate.write("main.hcl", &[topic("fewer", 3, 1, DELETE), others(1000)].concat());
    estate.apply();
    let before = estate.state();
    let wanted = others(2000).replacen("replication_factor = 1", "replication_factor = 3", 1);
    estate.write("main.hcl", &[topic("fewer", 2, 1, DELETE), wanted].concat());
    let planned = estate.refused(&["plan", "-detailed-exitcode", "-out", "p.lw"]);
    let refused = planned.split("Not possible").nth(1).unwrap().split("Findings").next().unwrap();
    insta::assert_snapshot!(refused, @"
    , and nothing can be applied before it is settled:
      ✗ topic.copies on hzTAG: it has replication factor 1 and 3 is declared; leeward does not move replicas: reassign
        its partitions with kafka-reassign-partitions, or declare 1 (main.hcl:8)
      ✗ topic.fewer on hzTAG: it has 3 partitions and Kafka can't take partitions away; declare 3 or more, or make a
        new topic (main.hcl:1)
    ");
    insta::assert_snapshot!(lines(&planned, "error:"), @"error: the plan can't be applied, and nothing was changed: 2 changes can't be made");
    assert!(
        planned.contains("Saved to p.lw, to be shown.") && !planned.contains("leeward apply"),
        "{planned}"
    );
    for arguments in [&["apply", "-auto-approve"][..], &["apply", "p.lw"]] {
        assert!(estate.refused(arguments).contains("and nothing was changed: 2 changes can't be made"));
    }
    assert_eq!(hand.setting(&estate.tagged("other-TAG"), "retention.ms"), "1000");
    assert_eq!(hand.partitions(&estate.tagged("fewer-TAG")), Some(3));
    assert_eq!(estate.state(), before);
    estate.write("main.hcl", "");
    estate.apply();
}

#[test]
fn a_topic_is_made_anew_only_if_its_records_may_go() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    let hand = Hand::on(&sandbox, "hangzhou");
    estate.write("main.hcl", &[topic("kept", 1, 1, ""), topic("anew", 1, 1, DELETE)].concat());
    estate.apply();
    let life = |address: &str| estate.state()["resources"][address][0]["incarnation"].clone();
    let lives = [life("topic.kept"), life("topic.anew")];
    let refused = estate.refused(&["apply", "-auto-approve", "-replace", "topic.kept"]);
    insta::assert_snapshot!(lines(&refused, "✗"), @r#"✗ topic.kept on hzTAG: as requested with -replace, but that deletes its records: say on_remove = "delete" in its"#);
    let planned = estate.ok(&["plan", "-replace", "topic.anew"]);
    insta::assert_snapshot!(estate.untagged(&lines(&planned, "-/+")), @"-/+ topic.anew (anew-TAG) on hzTAG");
    insta::assert_snapshot!(sum(&planned), @"Plan: 1 to add, 0 to change, 1 to destroy.");
    estate.ok(&["apply", "-auto-approve", "-replace", "topic.anew"]);
    estate.has_no_changes();
    assert_eq!(life("topic.kept"), lives[0]);
    assert_ne!(life("topic.anew"), lives[1]);
    estate.ok(&["destroy", "-auto-approve"]);
    assert_eq!(hand.partitions(&estate.tagged("anew-TAG")), None);
    hand.delete_topic(&estate.tagged("kept-TAG"));
}

#[test]
fn what_must_not_be_destroyed_is_not() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    let hand = Hand::on(&sandbox, "hangzhou");
    let guarded = format!("{DELETE}\nlifecycle {{\n  prevent_destroy = true\n}}");
    estate.write("main.hcl", &[topic("guarded", 1, 1, &guarded), topic("free", 1, 1, DELETE)].concat());
    estate.apply();
    let refused = estate.refused(&["destroy", "-auto-approve"]);
    insta::assert_snapshot!(lines(&refused, "✗"), @"✗ topic.guarded on hzTAG: lifecycle.prevent_destroy forbids to delete it; take that out first if it has to go");
    assert_eq!(hand.partitions(&estate.tagged("free-TAG")), Some(1));
    let gone = estate.ok(&["destroy", "-auto-approve", "-target", "topic.free"]);
    assert!(gone.contains("Destroy complete! Resources: 0 added, 0 changed, 1 destroyed."), "{gone}");
    let topics = ["free-TAG", "guarded-TAG"].map(|name| hand.partitions(&estate.tagged(name)));
    assert_eq!(topics, [None, Some(1)]);
    estate.write("main.hcl", &topic("guarded", 1, 1, DELETE));
    estate.ok(&["destroy", "-auto-approve"]);
}
