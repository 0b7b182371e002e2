//! LW1302: replication factors that differ between the sides.

use crate::estate::Side;
use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1302",
    title: "replication factor differs between the sides",
    severity: Severity::Warning,
    what: "A topic of a pair has another replication factor on the primary than on the secondary, as declared.",
    why: "After a failover the records are as safe as the other side keeps them: with fewer replicas the next broker that \
          fails may take them with it. leeward does not move replicas later.",
    source: "MirrorSourceConnector: replication.factor is the connector's, never the source topic's (KIP-382)",
    fix: "Declare the same factor for both sides. If one side has fewer brokers on purpose, ignore this with that reason.",
    example: r#"topic "orders" {
  pair               = pair.orders
  partitions         = 12
  replication_factor = 3 # and no other in a side block
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let differing = view.topics_of_pairs().filter_map(|topic| {
        let factors = [Side::Primary, Side::Secondary].map(|side| topic.replication_factor(side));
        (factors[0] != factors[1]).then_some((topic, factors))
    });
    differing
        .map(|(topic, [primary, secondary])| {
            let message =
                format!("replication factor is {primary} on the primary and {secondary} on the secondary");
            Note::at(topic.declared, message).help("declare the same for both sides")
        })
        .collect()
}
