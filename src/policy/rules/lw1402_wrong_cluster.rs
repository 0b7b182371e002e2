//! LW1402: Connect clusters that are attached to another Kafka than declared.

use crate::estate::{Address, Connect, Resource};
use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "LW1402",
    title: "Connect is attached to another cluster than declared",
    severity: Severity::Error,
    what: "A worker says that it is attached to a Kafka cluster of another id than the cluster that its connect block \
           names.",
    why: "A connector writes where its worker is attached. The records would go to the wrong cluster, in the worst case \
          back into the one that they come from.",
    source: "Connect's GET / answers kafka_cluster_id (KIP-238)",
    fix: "Correct url or cluster of the connect block.",
    example: r#"connect "shanghai" {
  url     = "http://connect-sh.internal:8083"
  cluster = cluster.shanghai # what this worker's bootstrap.servers are
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let ids: BTreeMap<&str, &Address> = (view.estate.clusters())
        .filter_map(|(address, _)| Some((view.observed.cluster(address)?.cluster_id.as_str(), address)))
        .collect();
    let connects = view.estate.resources.values().filter_map(|declared| match &declared.resource {
        Resource::Connect(connect) => Some((declared, connect)),
        _ => None,
    });
    let note = |(declared, connect): (&crate::estate::Declared, &Connect)| {
        let attached = &view.observed.connect(&declared.address)?.kafka_cluster_id;
        let wanted = &view.observed.cluster(&connect.cluster)?.cluster_id;
        if attached == wanted {
            return None;
        }
        let which = ids.get(attached.as_str()).map_or_else(
            || format!("to a cluster with the id {attached}, which is not declared"),
            |address| format!("to {}", address.name),
        );
        let message = format!("it is attached {which}, and not to {}", connect.cluster.name);
        Some(Note::at(declared, message).help("correct its url or its cluster"))
    };
    connects.filter_map(note).collect()
}
