//! Without a DNS name: a file leads clients, and the applications' hooks are told the new brokers, a program and a request.

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
  start { exec = ["sh", "-c", "echo $LEEWARD_BOOTSTRAP >> TOLD && rm -f STOPPED"] }
}

application "shipping" {
  start { webhook = "URL" }
}
"#;

/// The estate without its name, and with applications that are handed the brokers.
fn text(url: &str, told: &str) -> String {
    let [name, application, fence] =
        ["dns_record", "application \"billing\"", "FENCE"].map(|word| ESTATE.find(word).unwrap());
    assert!(name < application && application < fence);
    let applications = APPLICATIONS.replace("URL", url).replace("TOLD", told);
    let text = [&ESTATE[..name], &applications, &ESTATE[fence..]].concat();
    text.replace("[application.billing]", "[application.billing, application.shipping]")
        .replace("FENCE", FENCE)
}

fn brokers(estate: &Estate) -> PathBuf {
    estate.path().join("kafka.properties")
}

/// Lets files follow the pair, one in each format.
fn lead_by_files(estate: &Estate) {
    let places = std::fs::read_to_string(estate.path().join("places.hcl")).unwrap();
    let files = ["kafka.properties", "kafka.env", "kafka.json"]
        .map(|path| format!("  endpoints {{ path = {path:?} }}\n"));
    let head = "pair \"main\" {\n";
    assert!(places.contains(head));
    estate.write("places.hcl", &places.replace(head, &[head, &files.concat()].concat()));
}

/// All files say that clients belong on this cluster.
fn lead_to(estate: &Estate, label: &str, side: &str, brokers: &[String]) {
    let read = |name: &str| std::fs::read_to_string(estate.path().join(name)).unwrap();
    let (cluster, joined) = (estate.tagged(&format!("cluster.{label}TAG")), brokers.join(","));
    assert!(read("kafka.properties").ends_with(&format!("\nbootstrap.servers={joined}\n")));
    let env = read("kafka.env");
    assert!(env.contains(&format!("\nLEEWARD_SIDE={side}\nLEEWARD_CLUSTER={cluster}\n")), "{env}");
    assert!(env.contains(&format!("\nLEEWARD_BOOTSTRAP={joined}\n")), "{env}");
    let json: Value = serde_json::from_str(&read("kafka.json")).unwrap();
    let told = [&json["cluster"], &json["side"], &json["bootstrap"]];
    assert_eq!(told, [&json!(cluster), &json!(side), &json!(brokers)]);
}

#[test]
fn clients_without_a_name_are_handed_the_new_brokers() {
    let Some(sandbox) = sandbox() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let shipping = runtime.block_on(Http::start(|_| Reply::ok("moved")));
    let estate = Estate::new(&sandbox);
    let [home, other] = ["hangzhou", "shanghai"].map(|name| sandbox.cluster(name).unwrap().bootstrap());
    lead_by_files(&estate);
    let hooked = estate.path().join("told");
    let text = text(&shipping.url(), hooked.to_str().unwrap());
    let by_file = |sandbox: &Arc<Sandbox>, estate: &Estate| Finder::of_file(sandbox, brokers(estate));
    let story = Story::told(sandbox, estate, &text, None, by_file);
    let planned = story.estate.ok(&["failover", "plan"]);
    assert!(planned.contains("write 3 files of pair.main") && !planned.contains("dns_record"), "{planned}");
    lead_to(&story.estate, "hz", "primary", &home);
    there(&story);
    lead_to(&story.estate, "sh", "secondary", &other);
    back(&story);
    lead_to(&story.estate, "hz", "primary", &home);
    // Whoever deletes one, or writes into it, has it back with the next apply.
    std::fs::remove_file(story.estate.path().join("kafka.env")).unwrap();
    std::fs::write(story.estate.path().join("kafka.json"), "{}").unwrap();
    story.estate.apply();
    lead_to(&story.estate, "hz", "primary", &home);
    story.estate.has_no_changes();
    let told = std::fs::read_to_string(&hooked).unwrap();
    assert_eq!(told, format!("{}\n{}\n", other.join(","), home.join(",")));
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
    accounted("planned, without names", story);
}
