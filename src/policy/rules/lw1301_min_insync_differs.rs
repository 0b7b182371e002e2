//! LW1301: minimum in-sync replicas that differ between the sides.

use crate::estate::Side;
use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1301",
    title: "min.insync.replicas differs between the sides",
    severity: Severity::Warning,
    what: "A topic of a pair has another min.insync.replicas on the primary than on the secondary, as declared.",
    why: "What acks=all promises would change with a failover: with a smaller one records are acknowledged that fewer \
          replicas hold, with a larger one writes may stop that went through before. MirrorMaker never copies this \
          setting, so that only what is declared counts.",
    source: "DefaultConfigPropertyFilter, config.properties.exclude (KIP-382)",
    fix: "Declare the same value for both sides. If one side has fewer brokers on purpose, ignore this with that reason.",
    example: r#"topic "orders" {
  pair               = pair.orders
  partitions         = 12
  replication_factor = 3
  config             = { "min.insync.replicas" = 2 }
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    const KEY: &str = "min.insync.replicas";
    let differing = view.topics_of_pairs().filter_map(|topic| {
        let (primary, secondary) = (topic.setting(Side::Primary, KEY), topic.setting(Side::Secondary, KEY));
        (primary != secondary).then_some((topic, primary, secondary))
    });
    differing
        .map(|(topic, primary, secondary)| {
            let shown = |value: Option<&str>| value.unwrap_or("the broker's default").to_owned();
            let message = format!(
                "{KEY} is {} on the primary and {} on the secondary",
                shown(primary),
                shown(secondary)
            );
            Note::at(topic.declared, message).help("declare the same for both sides")
        })
        .collect()
}
