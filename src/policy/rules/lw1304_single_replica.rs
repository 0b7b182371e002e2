//! LW1304: one replica where there could be more.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use crate::policy::wording::counted;

pub(super) static RULE: Rule = Rule {
    code: "LW1304",
    title: "replication factor 1 on a cluster of several brokers",
    severity: Severity::Warning,
    what: "A topic, or the topics that a replication keeps its offsets in, have one replica on a cluster that has several \
           brokers.",
    why: "One broker that fails takes the topic away, and with its disk the records. For a replication's own topics that \
          means the evidence by which positions are translated.",
    source: "Kafka's replication: a partition with one replica has no follower to take over",
    fix: "Take replication factor 3, or as many as there are brokers.",
    example: r#"replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = ["billing"]
  mirror_maker {
    replication_factor = 3
  }
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let brokers = |cluster| view.observed.cluster(cluster).map_or(0, |facts| facts.brokers.len());
    let mut notes = Vec::new();
    for topic in view.placed_topics().filter(|topic| topic.replication_factor == 1) {
        if let Some(cluster) = topic.clusters.iter().find(|cluster| brokers(cluster) > 1) {
            let there = counted(brokers(cluster), "broker");
            let message = format!("one replica on {}, which has {there}", cluster.name);
            notes.push(Note::at(topic.declared, message).help("take replication factor 3"));
        }
    }
    for flow in view.flows.iter().filter(|flow| flow.replication.mirror_maker.replication_factor == 1) {
        if brokers(flow.target) > 1 {
            let there = counted(brokers(flow.target), "broker");
            let message =
                format!("one replica of its offset syncs on {}, which has {there}", flow.target.name);
            notes.push(Note::at(flow.declared, message).help("take mirror_maker.replication_factor 3"));
        }
    }
    notes
}
