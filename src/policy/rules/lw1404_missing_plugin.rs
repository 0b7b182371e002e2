//! LW1404: workers without MirrorMaker.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use crate::policy::wording::listed;

pub(super) static RULE: Rule = Rule {
    code: "LW1404",
    title: "worker has no MirrorMaker plugin",
    severity: Severity::Error,
    what: "A worker that a replication runs on does not list MirrorMaker's connectors among its plugins.",
    why: "Connect refuses the connectors, after leeward has made the topics.",
    source: "Connect's GET /connector-plugins; connect-mirror is part of Kafka's distribution, not of every image",
    fix: "Put Kafka's connect-mirror and connect-mirror-client jars on the worker's plugin.path.",
    example: r#"connect "shanghai" {
  url     = "http://connect-sh.internal:8083" # plugin.path with connect-mirror
  cluster = cluster.shanghai
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for (address, facts) in view.used_connects() {
        let class = |part: &&str| format!("org.apache.kafka.connect.mirror.Mirror{part}Connector");
        let missing = ["Source", "Checkpoint", "Heartbeat"]
            .iter()
            .filter(|part| !facts.plugins.contains_key(&class(part)));
        let missing: Vec<String> = missing.map(|part| format!("Mirror{part}Connector")).collect();
        // A worker that lists nothing hides its plugins rather than having none.
        if let Some(declared) = view.estate.resources.get(address)
            && !missing.is_empty()
            && !facts.plugins.is_empty()
        {
            let message = format!("it does not have {}", listed(missing.iter().map(String::as_str)));
            notes
                .push(Note::at(declared, message).help("put Kafka's connect-mirror jars on its plugin.path"));
        }
    }
    notes
}
