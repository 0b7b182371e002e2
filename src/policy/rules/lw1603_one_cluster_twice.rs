//! LW1603: pairs that are one cluster.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1603",
    title: "both sides of a pair are the same cluster",
    severity: Severity::Error,
    what: "The two clusters of a pair answer with the same cluster id.",
    why: "The pair protects against nothing, and under the identity policy the cluster would mirror every topic into \
          itself.",
    source: "Kafka's DescribeCluster answers the cluster's id (KIP-78)",
    fix: "Correct the bootstrap servers of one of the two. A name that follows the active side must not be one of them.",
    example: r#"pair "orders" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let id = |cluster| view.observed.cluster(cluster).map(|facts| &facts.cluster_id);
    let same = view.pairs().filter_map(|(declared, pair)| {
        let (primary, secondary) = (id(&pair.primary)?, id(&pair.secondary)?);
        (primary == secondary).then_some((declared, pair, primary))
    });
    same.map(|(declared, pair, id)| {
        let message = format!("{} and {} are one cluster, {id}", pair.primary.name, pair.secondary.name);
        Note::at(declared, message).help("correct the bootstrap servers of one of the two")
    })
    .collect()
}
