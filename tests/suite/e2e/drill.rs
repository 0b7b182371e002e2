//! Drills on real clusters: one passes and leaves nothing, one that is killed is cleaned up, one without Connect says so.

use super::estate::{Estate, said};
use super::hand::Hand;
use super::own::Own;
use super::{leeward_ok, sandbox};
use leeward::sandbox::{Sandbox, Signal};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ESTATE: &str = r#"
pair "drillTAG" {
  primary   = cluster.hzTAG
  secondary = cluster.shTAG
}

topic "orders" {
  pair               = pair.drillTAG
  name               = "orders-TAG"
  partitions         = 2
  replication_factor = 1
}

replication "flow-TAG" {
  pair   = pair.drillTAG
  topics = ["orders-TAG"]
  groups = ["billing-TAG"]
  naming = "identity"
  mirror_maker {
    replication_factor      = 1
    refresh_topics_interval = "1s"
  }
}

topic "audit" {
  pair               = pair.drillTAG
  name               = "audit-TAG"
  partitions         = 1
  replication_factor = 1
}

replication "audit-TAG" {
  pair   = pair.drillTAG
  topics = ["audit-TAG"]
  naming = "identity"
  mirror_maker {
    replication_factor      = 1
    refresh_topics_interval = "1s"
  }
}

dns_record "bootstrap" {
  dns    = dns.main
  zone   = var.dns_zone
  name   = "kafka-TAG.${var.dns_zone}"
  type   = "CNAME"
  ttl    = 5
  values = [pair.drillTAG.active.endpoint]
}

application "billing" {
  groups = ["billing-TAG"]
  stop  { exec = ["sh", "-c", "echo stop >> hooks.log"] }
  start { exec = ["sh", "-c", "echo start >> hooks.log"] }
  drill { exec = ["sh", "-c", "echo $LEEWARD_OCCASION $LEEWARD_CLUSTER >> hooks.log"] }
}

fence "none" {
  pair   = pair.drillTAG
  method = "none"
}

failover_policy "orders" {
  pair         = pair.drillTAG
  applications = [application.billing]
  fence        = fence.none
  rto          = "5m"
  guard "drill_age" { max = "30d" }
}
"#;

fn applied(sandbox: &Sandbox) -> Estate {
    let estate = Estate::new(sandbox);
    estate.write("main.hcl", ESTATE);
    estate.apply();
    estate
}

/// The name of the estate's pair.
fn pair(estate: &Estate) -> String {
    estate.tagged("drillTAG")
}

/// What a drill of this estate has left anywhere: topics, groups and connectors with its name.
fn left(sandbox: &Sandbox, estate: &Estate) -> Vec<String> {
    let mut left = left_on_clusters(sandbox, estate);
    left.extend(["hangzhou", "shanghai"].iter().flat_map(|cluster| connectors(sandbox, cluster, estate)));
    left
}

/// The drill's connectors on one Connect cluster.
fn connectors(sandbox: &Sandbox, cluster: &str, estate: &Estate) -> Vec<String> {
    let connectors = Hand::on(sandbox, cluster).connector("GET", "", "");
    let names = connectors.as_array().into_iter().flatten().filter_map(|name| name.as_str());
    names.filter(|name| is_of_drill(name, estate)).map(str::to_owned).collect()
}

/// Whether a name is one that drills of this estate give.
fn is_of_drill(name: &str, estate: &Estate) -> bool {
    name.contains("leeward") && name.contains("drill") && name.contains(&estate.tagged("TAG"))
}

/// What it has left on the clusters themselves.
fn left_on_clusters(sandbox: &Sandbox, estate: &Estate) -> Vec<String> {
    let dir = sandbox.dir().to_str().unwrap();
    let mut left = Vec::new();
    for cluster in ["hangzhou", "shanghai"] {
        for tool in ["kafka-topics", "kafka-consumer-groups"] {
            let words = ["sandbox", "--dir", dir, "kafka", cluster, tool, "--list"];
            let said = leeward_ok(estate.path(), &words);
            left.extend(said.lines().filter(|name| is_of_drill(name, estate)).map(str::to_owned));
        }
    }
    left
}

#[test]
fn a_drill_passes_and_leaves_nothing() {
    let Some(sandbox) = sandbox() else { return };
    let estate = applied(&sandbox);
    let pair = pair(&estate);
    let plan = estate.ok(&["failover", "plan", &pair]);
    assert!(plan.contains("there was no drill"), "{plan}");
    let planned = estate.untagged(&estate.ok(&["drill", "plan", &pair]));
    assert!(planned.contains("DRILL of pair drillTAG"), "{planned}");

    let told = estate.untagged(&estate.ok(&["drill", "run", &pair, "-auto-approve"]));
    for line in [
        "300 records, the same keys, values and headers in the same order",
        "150 records, 0 left out, 0 read again",
        "The drill of pair.drillTAG passed",
        "✓ replication.audit-TAG: carried whole in",
        "✓ replication.flow-TAG: carried whole in",
        "A failover is foretold to take",
    ] {
        assert!(told.contains(line), "{line} in\n{told}");
    }
    assert_eq!(left(&sandbox, &estate), Vec::<String>::new());
    assert_eq!(
        std::fs::read_to_string(estate.path().join("hooks.log")).unwrap(),
        estate.tagged("drill cluster.shTAG\n")
    );
    let state = estate.state();
    let kept = &state["pairs"][format!("pair.{pair}")]["last_drill"];
    assert_eq!(kept["passed"], true, "{kept}");
    for name in ["audit-TAG", "flow-TAG"] {
        let of_one = &kept["replications"][estate.tagged(&format!("replication.{name}"))];
        assert_eq!(of_one["passed"], true, "{kept}");
    }
    assert!(!state.to_string().contains("leeward-drill"), "{state}");
    estate.has_no_changes();
    let plan = estate.ok(&["failover", "plan", &pair]);
    assert!(plan.contains("all 10 hold"), "{plan}");
    estate.ok(&["destroy", "-auto-approve"]);
}

#[test]
fn what_a_killed_drill_left_is_cleaned_up() {
    let Some(sandbox) = sandbox() else { return };
    let estate = applied(&sandbox);
    let pair = pair(&estate);
    let mut drill = Command::new(env!("CARGO_BIN_EXE_leeward"))
        .args(["drill", "run", &pair, "-auto-approve"])
        .current_dir(estate.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while connectors(&sandbox, "shanghai", &estate).len() < 4 {
        assert!(begun.elapsed() < Duration::from_secs(120) && drill.try_wait().unwrap().is_none());
    }
    drill.kill().unwrap();
    drill.wait().unwrap();
    let run = estate.ok(&["runs"]);
    let id = run.lines().nth(1).and_then(|line| line.split_whitespace().next()).unwrap().to_owned();
    assert!(!left(&sandbox, &estate).is_empty());
    let cleaned = estate.ok(&["drill", "clean", &pair]);
    assert!(cleaned.contains("nothing of it is left"), "{cleaned}");
    assert_eq!(left(&sandbox, &estate), Vec::<String>::new());
    assert!(estate.ok(&["drill", "clean", &pair]).contains("nothing was there"));
    let refused = estate.refused(&["resume", &id]);
    assert!(refused.contains("given up") || refused.contains("drill"), "{refused}");
    let told = estate.ok(&["drill", "run", &pair, "-auto-approve"]);
    assert!(told.contains("passed"), "{told}");
    assert_eq!(left(&sandbox, &estate), Vec::<String>::new());
    estate.ok(&["destroy", "-auto-approve"]);
}

#[test]
fn a_drill_of_a_standby_without_connect_fails_and_says_why() {
    let Some(mut own) = Own::up() else { return };
    let sandbox = own.get().clone();
    let estate = applied(&sandbox);
    let pair = pair(&estate);
    own.get().signal("connect-shanghai", Signal::KILL).unwrap();
    let output = estate.leeward(&["drill", "run", &pair, "-auto-approve"]);
    let told = estate.untagged(&said(&output));
    assert_eq!(output.status.code(), Some(1), "{told}");
    for line in [
        "the drill of pair.drillTAG did not pass",
        "create connector leeward-drill-flow-TAG-hzTAG-shTAG-source on shTAG: no worker can be reached",
        "guard connectors: connector audit-TAG-hzTAG-shTAG-source on shTAG",
        "`leeward drill clean` removes the rest",
    ] {
        assert!(told.contains(line), "{line} in\n{told}");
    }
    assert_eq!(left_on_clusters(&sandbox, &estate), Vec::<String>::new());
    assert_eq!(estate.state()["pairs"][format!("pair.{pair}")]["last_drill"]["passed"], false);
}
