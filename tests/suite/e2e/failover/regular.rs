//! Without a DNS name: the applications' hooks are told the new brokers, by a program that writes them into a file and by a
//! request.

use super::super::estate::Estate;
use super::super::sandbox;
use super::clients::Finder;
use super::planned::{accounted, back, there};
use super::{ESTATE, FENCE, Story};
use crate::servers::http::{Http, Reply};
use leeward::sandbox::Sandbox;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;

const APPLICATIONS: &str = r#"
application "billing" {
  groups = ["billing-TAG"]
  stop  { exec = ["touch", "STOPPED"] }
  start { exec = ["sh", "-c", "printf %s \"$LEEWARD_BOOTSTRAP\" > BROKERS.new && mv BROKERS.new BROKERS && rm -f STOPPED"] }
}

application "shipping" {
  start { webhook = "URL" }
}
"#;

/// The estate without its name, and with applications that are handed the brokers.
fn text(url: &str, brokers: &str) -> String {
    let [name, application, fence] =
        ["dns_record", "application \"billing\"", "FENCE"].map(|word| ESTATE.find(word).unwrap());
    assert!(name < application && application < fence);
    let applications = APPLICATIONS.replace("URL", url).replace("BROKERS", brokers);
    let text = [&ESTATE[..name], &applications, &ESTATE[fence..]].concat();
    text.replace("[application.billing]", "[application.billing, application.shipping]")
        .replace("FENCE", FENCE)
}

fn brokers(estate: &Estate) -> PathBuf {
    estate.path().join("brokers")
}

#[test]
fn clients_without_a_name_are_handed_the_new_brokers() {
    let Some(sandbox) = sandbox() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let shipping = runtime.block_on(Http::start(|_| Reply::ok("moved")));
    let estate = Estate::new(&sandbox);
    let [home, other] = ["hangzhou", "shanghai"].map(|name| sandbox.cluster(name).unwrap().bootstrap());
    std::fs::write(brokers(&estate), home.join(",")).unwrap();
    let text = text(&shipping.url(), brokers(&estate).to_str().unwrap());
    let by_file = |sandbox: &Arc<Sandbox>, estate: &Estate| Finder::of_file(sandbox, brokers(estate));
    let story = Story::told(sandbox, estate, &text, None, by_file);
    let planned = story.estate.ok(&["failover", "plan"]);
    assert!(
        planned.contains(
            "no dns_record follows the pair: start hooks tell clients where to go (billing, shipping)"
        ),
        "{planned}"
    );
    there(&story);
    back(&story);
    let posted: Vec<Value> =
        shipping.asked().iter().map(|request| serde_json::from_str(&request.body).unwrap()).collect();
    let wanted = [("sh", "shanghai", other), ("hz", "hangzhou", home)].map(|(label, cluster, brokers)| {
        json!({
            "occasion": "start",
            "owner": "application.shipping",
            "pair": "pair.main",
            "cluster": story.estate.tagged(&format!("cluster.{label}TAG")),
            "bootstrap": brokers,
            "endpoint": format!("kafka-{cluster}.example.test."),
        })
    });
    assert_eq!(posted, wanted);
    accounted(story);
}
