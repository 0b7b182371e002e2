//! LW1005: names that the default policy takes for mirrored ones.

use crate::estate::Naming;
use crate::plan::Severity;
use crate::policy::flow::Flow;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1005",
    title: "a cluster's name stands before a separator in a topic's name",
    severity: Severity::Error,
    what: "Under prefixed naming, a topic's name holds the name of one of the pair's clusters as a segment before its \
           last one: eu.orders, where a cluster is called eu. It is a warning if that cluster is the source now.",
    why: "The default policy reads the segments before the last as the clusters that a topic came through. If the target \
          is among them, it takes the topic for a copy of its own and never mirrors it. If only the source is, the same \
          happens after a failover, when the flow turns round.",
    source: "MirrorSourceConnector.isCycle, DefaultReplicationPolicy.topicSource (KIP-382)",
    fix: "Give the cluster's block another name, choose another separator, or use naming = \"identity\".",
    example: r#"cluster "europe" { # not eu
  bootstrap = ["kafka.eu.internal:9092"]
}

topic "orders" {
  pair               = pair.orders
  name               = "eu.orders"
  partitions         = 6
  replication_factor = 3
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    view.flows.iter().flat_map(notes).collect()
}

fn notes(flow: &Flow<'_>) -> Vec<Note> {
    let Naming::Prefixed { separator } = &flow.replication.naming else { return Vec::new() };
    if separator.is_empty() {
        return Vec::new();
    }
    let leads = |name: &str, alias: &str| {
        let mut segments: Vec<&str> = name.split(separator.as_str()).collect();
        segments.pop();
        segments.contains(&alias)
    };
    let (source, target) = (&flow.source.name, &flow.target.name);
    let help = "rename the cluster's block or the topic, or use naming = \"identity\"";
    let note = |(at, name)| {
        if leads(name, target) {
            let message =
                format!("MirrorMaker takes {name} for a copy of {target}'s own and never mirrors it there");
            Some(Note::at(at, message).help(help))
        } else if leads(name, source) {
            let message = format!("after a failover MirrorMaker would not mirror {name} back to {source}");
            Some(Note::at(at, message).help(help).severity(Severity::Warning))
        } else {
            None
        }
    };
    flow.asked().filter_map(note).collect()
}
