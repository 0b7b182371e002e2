//! LW1008: selectors that name no declared topic.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1008",
    title: "selector names a topic that is not declared",
    severity: Severity::Warning,
    what: "A replication names a topic, not by a pattern, that no topic block of its pair declares.",
    why: "Either the name is mistyped, and then nothing is mirrored and MirrorMaker does not say so; or the topic is \
          somebody else's, and then leeward makes no standby topic for it with the durability that it needs.",
    source: "DefaultTopicFilter: a name that matches no topic is no error",
    fix: "Refer to the topic's block, topic.orders.name, or declare the topic.",
    example: r#"replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = ["billing"]
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for flow in &view.flows {
        let seen = view.topic_names(flow.source);
        for name in flow.undeclared() {
            let message = match seen.map(|seen| seen.contains(name)) {
                Some(false) => {
                    format!("{name} is neither declared for {} nor on {}", pair(flow), flow.source.name)
                }
                Some(true) => {
                    format!("{name} is on {} but not declared for {}", flow.source.name, pair(flow))
                }
                None => format!("{name} is not declared for {}", pair(flow)),
            };
            notes.push(
                Note::at(flow.declared, message).help("declare the topic, or refer to it as topic.NAME.name"),
            );
        }
    }
    notes
}

const fn pair<'a>(flow: &crate::policy::flow::Flow<'a>) -> &'a crate::estate::Address {
    &flow.replication.pair
}
