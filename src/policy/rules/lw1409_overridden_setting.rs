//! LW1409: settings that leeward relies on.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1409",
    title: "mirror_maker.config overrides what leeward relies on",
    severity: Severity::Warning,
    what: "A replication's mirror_maker.config sets something by which leeward finds, follows or translates: aliases, the \
           naming policy, where the offset syncs are, whether they are written, \
           idempotence, that aborted records are not carried.",
    why: "leeward derives names and positions from what it declares itself. With these changed underneath, it waits for \
          heartbeats that arrive elsewhere, reads syncs that are not there, or calls a translation exact that is not; and a \
          standby that was given aborted records serves them as if they had been committed.",
    source: "MirrorConnectorConfig; KIP-716 (location of the offset syncs); KIP-98 (isolation.level)",
    fix: "Take the setting out; use the replication's own attributes, naming for instance.",
    example: r#"replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = ["billing"]
  naming = "identity" # not "replication.policy.class" in mirror_maker.config
}"#,
    check,
};

const RELIED_ON: [&str; 14] = [
    "connector.class",
    "source.cluster.alias",
    "target.cluster.alias",
    "source.cluster.bootstrap.servers",
    "target.cluster.bootstrap.servers",
    "topics",
    "groups",
    "replication.policy.class",
    "replication.policy.separator",
    "replication.policy.internal.topic.separator.enabled",
    "offset-syncs.topic.location",
    "emit.offset-syncs.enabled",
    "producer.override.enable.idempotence",
    "source.consumer.isolation.level",
];

fn check(view: &View<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for flow in &view.flows {
        for key in RELIED_ON.into_iter().filter(|key| flow.overridden(key).is_some()) {
            let message = format!("mirror_maker.config sets {key}, which leeward relies on");
            notes.push(Note::at(flow.declared, message).help("take it out of mirror_maker.config"));
        }
    }
    notes
}
