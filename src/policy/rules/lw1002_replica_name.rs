//! LW1002: names that MirrorMaker leaves out by default.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1002",
    title: "topic name ends with .replica",
    severity: Severity::Error,
    what: "A replication is asked to carry a topic whose name ends with .replica.",
    why: "MirrorMaker's topic filter leaves such names out, whatever its list of topics says. The topic would stand on \
          the standby, empty.",
    source: "DefaultTopicFilter, topics.exclude = .*[\\-\\.]internal, .*\\.replica, __.* (KIP-382)",
    fix: "Give the topic another name, or set topics.exclude yourself in mirror_maker.config.",
    example: r#"replication "orders" {
  pair   = pair.orders
  topics = ["stock.replica"]
  groups = ["billing"]
  mirror_maker {
    config = { "topics.exclude" = ".*[\\-\\.]internal,__.*" }
  }
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for flow in &view.flows {
        let excluded = flow.engine_excludes_topics();
        for (at, name) in flow.asked().filter(|(_, name)| name.ends_with(".replica") && excluded.covers(name))
        {
            let message =
                format!("MirrorMaker leaves {name} out, which {} is to carry", flow.declared.address);
            notes.push(Note::at(at, message).help("rename it, or set topics.exclude in mirror_maker.config"));
        }
    }
    notes
}
