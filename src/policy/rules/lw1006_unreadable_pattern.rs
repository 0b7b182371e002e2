//! LW1006: patterns that only Java reads.

use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1006",
    title: "pattern that leeward can't read",
    severity: Severity::Warning,
    what: "A selector of a replication is an expression that leeward's own engine can't read: one with a look-ahead or a \
           back-reference, or one that is simply wrong.",
    why: "MirrorMaker matches Java expressions. Where leeward can't, it does not know what the pattern covers: it can't \
          list those topics or groups, note where they start, or warn of what is left out.",
    source: "java.util.regex.Pattern, as DefaultTopicFilter uses it",
    fix: "Write the names out, or a pattern without look-ahead and back-references; use topics_exclude to take names away.",
    example: r#"replication "orders" {
  pair           = pair.orders
  topics         = ["orders\\..*"] # not orders\\.(?!tmp).*
  topics_exclude = ["orders\\.tmp.*"]
  groups         = ["billing"]
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for flow in &view.flows {
        let selections =
            [("topics", &flow.included), ("topics_exclude", &flow.excluded), ("groups", &flow.groups)];
        for (attribute, selection) in selections {
            notes.extend(selection.unreadable().iter().map(|pattern| {
                let message = format!("leeward can't tell what {pattern:?} in {attribute} covers");
                Note::at(flow.declared, message).help("write the names out, or a simpler pattern")
            }));
        }
    }
    notes
}
