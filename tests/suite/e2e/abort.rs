//! A failover that is stopped before the roles change, taken back, and then made after all.

use super::estate::{Estate, said};
use super::interruption::begin;
use super::sandbox;
use std::process::Child;
use std::time::{Duration, Instant};

const ESTATE: &str = r#"
topic "orders" {
  pair               = pair.main
  name               = "orders-TAG"
  partitions         = 2
  replication_factor = 1
  config             = { "retention.ms" = 3600000 }
  on_remove          = "delete"
}

replication "flow-TAG" {
  pair   = pair.main
  topics = [topic.orders.name]
  groups = ["billing-TAG"]
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
  values = [pair.main.active.endpoint]
}

application "billing" {
  groups = ["billing-TAG"]
  stop  { exec = ["sh", "-c", "test ! -e broken && echo stop $LEEWARD_CLUSTER $LEEWARD_BOOTSTRAP >> calls"] }
  start { exec = ["sh", "-c", "echo start $LEEWARD_CLUSTER $LEEWARD_BOOTSTRAP >> calls"] }
}

fence "main" {
  pair   = pair.main
  method = "max_message_bytes"
}

failover_policy "main" {
  pair         = pair.main
  applications = [application.billing]
  fence        = fence.main
  approve "cutover" { timeout = "10m" }
}
"#;

struct Story {
    estate: Estate,
    bootstraps: [String; 2],
}

impl Story {
    fn calls(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.estate.path().join("calls")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn call(&self, occasion: &str, side: usize) -> String {
        let cluster = self.estate.tagged(["cluster.hzTAG", "cluster.shTAG"][side]);
        format!("{occasion} {cluster} {}", self.bootstraps[side])
    }

    /// Waits until the latest run waits for its approval.
    fn until_asked(&self, child: &mut Child) {
        let deadline = Instant::now() + Duration::from_secs(90);
        loop {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it asked");
            assert!(Instant::now() < deadline, "it never asked");
            let asked = self.estate.leeward(&["approve", &self.estate.latest_run()]);
            if String::from_utf8_lossy(&asked.stdout).contains("waits for a word") {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

#[test]
fn a_failover_is_taken_back_before_the_roles_change_and_made_after_all() {
    let Some(sandbox) = sandbox() else { return };
    let estate = Estate::new(&sandbox);
    estate.write("main.hcl", ESTATE);
    let bootstraps =
        ["hangzhou", "shanghai"].map(|name| sandbox.cluster(name).unwrap().bootstrap().join(","));
    let story = Story { estate, bootstraps };
    let estate = &story.estate;
    estate.ok(&["apply", "-auto-approve"]);

    // A hook that fails stops it; once that is mended the run goes on to the approval, and is killed there.
    std::fs::write(estate.path().join("broken"), "").unwrap();
    let failed = estate.leeward(&["failover", "run", "main", "-auto-approve"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(said(&failed).contains("stop billing: sh ended with exit code 1"), "{}", said(&failed));
    std::fs::remove_file(estate.path().join("broken")).unwrap();
    let run = story.estate.latest_run();
    let second = estate.leeward(&["failover", "run", "main", "-auto-approve"]);
    let busy = format!("error: run {run} changes the roles of pair.main too, and is not finished");
    assert!(said(&second).contains(&busy), "{}", said(&second));
    let mut child = begin(estate, &["resume", &run]);
    story.until_asked(&mut child);
    child.kill().unwrap();
    child.wait().unwrap();

    let taken_back = estate.ok(&["abort", &run, "-auto-approve"]);
    assert!(taken_back.contains("allow writes to 1 topic on hz"), "{taken_back}");
    assert_eq!(story.calls(), [story.call("stop", 0), story.call("start", 0)]);
    estate.has_no_changes();
    assert_eq!(estate.leeward(&["resume", &run]).status.code(), Some(1));

    let done = estate.ok(&["failover", "run", "main", "-auto-approve", "-approve", "cutover=change 4711"]);
    assert!(done.contains("change 4711") && done.contains("is active in pair.main, epoch 1"), "{done}");
    assert_eq!(story.calls()[2..], [story.call("stop", 0), story.call("start", 1)]);
    estate.has_no_changes();
    estate.ok(&["destroy", "-auto-approve"]);
}
