//! A saved plan is applied as it is, or, if anything that it was made from has moved, not at all.

use super::estate::{Estate, lines, said};
use super::hand::Hand;
use super::sandbox;
use leeward::sandbox::Sandbox;
use regex::Regex;

const ESTATE: &str = r#"
variable "retention" {
  type    = number
  default = 3600000
}

topic "a" {
  cluster            = cluster.hzTAG
  name               = "a-TAG"
  partitions         = 1
  replication_factor = 1
  config             = { "retention.ms" = var.retention }
  on_remove          = "delete"
}
"#;

#[test]
fn the_very_first_plan_can_be_saved_and_applied() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", ESTATE);
    estate.ok(&["plan", "-out", "p.lw", "-input=false"]);
    let applied = estate.ok(&["apply", "-input=false", "p.lw"]);
    assert!(applied.contains("1 added"), "{applied}");
    estate.has_no_changes();
    insta::assert_snapshot!(lines(&estate.refused(&["apply", "p.lw"]), "serial"), @"the state was written: serial 0 then, 1 now");
    estate.ok(&["destroy", "-auto-approve"]);
}

/// An applied estate, and `p.lw`: a plan of one more hour of retention.
fn planned(sandbox: &Sandbox) -> Estate {
    let estate = Estate::new(sandbox);
    estate.write("main.hcl", ESTATE);
    estate.apply();
    estate.write("more.vars.hcl", "retention = 7200000\n");
    let said = estate.ok(&["plan", "-out", "p.lw"]);
    assert!(said.contains("Saved to p.lw. To make exactly this happen:  leeward apply p.lw"), "{said}");
    estate
}

#[test]
fn a_saved_plan_is_shown_and_applied_without_a_question_and_once() {
    let Some(sandbox) = sandbox() else { return };
    let estate = planned(&sandbox);
    let shown = estate.ok(&["show", "p.lw"]);
    assert_eq!(lines(&shown, "config."), "config.retention.ms   3600000 (1h) → 7200000 (2h)");
    let json: serde_json::Value = serde_json::from_str(&estate.ok(&["show", "-json", "p.lw"])).unwrap();
    assert_eq!(json["summary"]["change"], 1);
    assert!(estate.ok(&["show", "-markdown", "p.lw"]).contains("leeward apply p.lw"));
    let applied = estate.ok(&["apply", "p.lw"]);
    assert!(applied.contains("Resources: 0 added, 1 changed, 0 destroyed."), "{applied}");
    estate.has_no_changes();
    let again = estate.refused(&["apply", "p.lw"]);
    insta::assert_snapshot!(again, @"
    error: the plan is stale: nothing was changed. What has moved:
      the state was written: serial 1 then, 2 now
      topic.a: topic a-TAG on hzTAG is no longer as it was
    help: make a new one with `leeward plan -out`, and read it
    ");
    estate.ok(&["destroy", "-auto-approve"]);
}

/// Everything that a plan was made from, moved: what is said, and nothing is changed.
#[test]
fn a_plan_of_which_anything_has_moved_is_refused_and_nothing_is_changed() {
    let Some(sandbox) = sandbox() else { return };
    let hand = Hand::on(&sandbox, "hangzhou");
    let push = |estate: &Estate, change: &dyn Fn(&mut serde_json::Value)| {
        let mut state = estate.state();
        change(&mut state);
        std::fs::write(estate.path().join("state.json"), state.to_string()).unwrap();
        estate.ok(&["state", "push", "state.json"]);
    };
    let mut told = String::new();
    let mut stale = |what: &str, moves: &dyn Fn(&Estate)| {
        let estate = planned(&sandbox);
        moves(&estate);
        let topic = estate.tagged("a-TAG");
        let seen = || hand.partitions(&topic).map(|_| hand.setting(&topic, "retention.ms"));
        let before = (seen(), estate.state());
        let refused = estate.refused(&["apply", "p.lw"]);
        assert_eq!((seen(), estate.state()), before, "{what}: {refused}");
        let moved = refused.lines().filter(|line| line.starts_with("  ")).map(str::trim);
        told.push_str(&format!("{what}: {}\n", moved.collect::<Vec<_>>().join("; ")));
        estate.ok(&["destroy", "-auto-approve"]);
    };
    stale("another configuration", &|estate| estate.write("more.hcl", "locals {\n  more = 1\n}\n"));
    stale("another variable", &|estate| estate.write("more.vars.hcl", "retention = 7200001\n"));
    stale("another serial", &|estate| {
        estate.ok(&["state", "mv", "topic.a", "topic.b"]);
        estate.ok(&["state", "mv", "topic.b", "topic.a"]);
    });
    stale("another epoch", &|estate| push(estate, &|state| state["pairs"]["pair.main"]["epoch"] = 1.into()));
    stale("a change by hand", &|estate| hand.set(&estate.tagged("a-TAG"), "retention.ms", "5000"));
    stale("a deletion by hand", &|estate| hand.delete_topic(&estate.tagged("a-TAG")));
    insta::assert_snapshot!(told, @"
    another configuration: the configuration or a variable has changed
    another variable: the configuration or a variable has changed
    another serial: the state was written: serial 1 then, 3 now
    another epoch: the state was written: serial 1 then, 2 now; pair.main has changed its roles: epoch 0 then, 1 now
    a change by hand: topic.a: topic a-TAG on hzTAG is no longer as it was
    a deletion by hand: topic.a: topic a-TAG on hzTAG is no longer there
    ");
}

#[test]
fn what_is_no_plan_or_an_edited_one_is_refused() {
    let Some(sandbox) = sandbox() else { return };
    let estate = planned(&sandbox);
    let plan = std::fs::read_to_string(estate.path().join("p.lw")).unwrap();
    estate.write("edited.lw", &plan.replace("7200000", "9900000"));
    estate.write("short.lw", &plan[..plan.len() / 2]);
    let mut told = String::new();
    for file in ["edited.lw", "short.lw", "main.hcl", "none.lw"] {
        told.push_str(&estate.refused(&["apply", file]));
    }
    let told = Regex::new(r"column \d+").unwrap().replace_all(&told, "column N");
    insta::assert_snapshot!(told, @"
    error: edited.lw: this plan was changed after it was made: its id is not that of what it says; make a new one
    error: short.lw: this is no plan, or only a part of one: EOF while parsing a value at line 1 column N; make a new one with `leeward plan -out`
    error: main.hcl: this is no plan, or only a part of one: expected value at line 2 column N; make a new one with `leeward plan -out`
    error: the plan none.lw can't be read: No such file or directory (os error 2)
    ");
    let flags =
        [&["-target", "topic.a"][..], &["-refresh=false"], &["-ignore", "LW1601=because"], &["-destroy"]];
    for flags in flags {
        let output = estate.leeward(&[&["apply", "p.lw"], flags].concat());
        assert_eq!(output.status.code(), Some(1));
        let message = format!("error: {} can't change a plan that is already made", flags[0]);
        assert!(said(&output).contains(&message), "{}", said(&output));
    }
    estate.ok(&["destroy", "-auto-approve"]);
}
