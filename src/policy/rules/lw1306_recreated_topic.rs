//! LW1306: topics that someone deleted and made anew.

use crate::estate::What;
use crate::plan::{Action, Severity, Step};
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1306",
    title: "topic was deleted and made anew",
    severity: Severity::Warning,
    what: "A topic that leeward owns is there under its name, with another id: it was deleted and made again by someone \
           else.",
    why: "Its records and offsets began anew. If it is on the active side, MirrorMaker's position lies behind its end, and \
          MirrorMaker starts again at the earliest record, on top of the old copies; the offset syncs then mix two lives \
          of the topic. If it is on the standby, everything that was mirrored before is gone there.",
    source: "KIP-516 (topic ids); MirrorSourceTask reads with auto.offset.reset = earliest, and starts over without a word",
    fix: "Find out who did it. Then take the mirrored topic and the connector's offsets for it away together, so that the \
          mirroring starts clean.",
    example: r#"topic "orders" {
  pair               = pair.orders
  partitions         = 12
  replication_factor = 3
  lifecycle {
    prevent_destroy = true # keeps leeward from deleting it; ACLs keep the others
  }
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    view.plan.steps.iter().filter_map(|step| note(view, step)).collect()
}

fn note(view: &View<'_>, step: &Step) -> Option<Note> {
    let Action::Adopt { replaces: Some(_), .. } = &step.action else { return None };
    let id = step.object.as_ref()?;
    let What::Topic(name) = &id.what else { return None };
    let declared = view.estate.resources.get(&step.address)?;
    let place = &id.place.name;
    let message = format!("{name} on {place} was deleted and made anew: its records and offsets began again");
    Some(Note::at(declared, message).help("start its mirroring clean before you rely on the standby"))
}
