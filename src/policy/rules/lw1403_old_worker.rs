//! LW1403: MirrorMakers that lose positions when they are restarted.

use crate::estate::ConnectFacts;
use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use crate::policy::wording::kafka_release;

pub(super) static RULE: Rule = Rule {
    code: "LW1403",
    title: "MirrorMaker is older than 3.7.1",
    severity: Severity::Error,
    what: "A worker's MirrorMaker is older than Kafka 3.7.1. A version that can't be read is only noted.",
    why: "Older ones forget after a restart what they knew about positions: a group that lags is not translated until it \
          has caught up, and on the worst day it has no position on the standby. Those before 3.5 put groups too far \
          ahead on compacted or transactional topics, and skip records.",
    source: "KAFKA-16622, KAFKA-15905 (fixed in 3.7.1 and 3.8.0); KAFKA-12468, KAFKA-14666 (3.5.0)",
    fix: "Run the workers with Kafka 3.7.1, 3.8.0 or newer. They work with older brokers.",
    example: r#"connect "shanghai" {
  url     = "http://connect-sh.internal:8083" # Kafka 3.8 or newer
  cluster = cluster.shanghai
}"#,
    check,
};

const OLDEST: (u32, u32, u32) = (3, 7, 1);

fn check(view: &View<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for (address, facts) in view.used_connects() {
        let Some(declared) = view.estate.resources.get(address) else { continue };
        let version = version(facts);
        match kafka_release(version) {
            Some(release) if release < OLDEST => {
                let message =
                    format!("its MirrorMaker is {version}: it forgets positions when it is restarted");
                notes.push(
                    Note::at(declared, message).help("run the worker with Kafka 3.7.1, 3.8.0 or newer"),
                );
            }
            Some(_) => {}
            None => {
                let message = format!("can't tell whether its version {version:?} is 3.7.1 or newer");
                let note = Note::at(declared, message).help("look whether it has the fix of KAFKA-16622");
                notes.push(note.severity(Severity::Info));
            }
        }
    }
    notes
}

/// The version of the plugin, which counts, else that of the worker.
fn version(facts: &ConnectFacts) -> &str {
    facts.plugins.get("org.apache.kafka.connect.mirror.MirrorSourceConnector").unwrap_or(&facts.version)
}
