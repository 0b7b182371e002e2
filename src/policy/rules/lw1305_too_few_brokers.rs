//! LW1305: more replicas than brokers.

use crate::estate::{Object, What};
use crate::plan::{Action, Severity, Step};
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use crate::policy::wording::counted;

pub(super) static RULE: Rule = Rule {
    code: "LW1305",
    title: "replication factor is more than the cluster has brokers",
    severity: Severity::Error,
    what: "The plan makes a topic with more replicas than its cluster has live brokers.",
    why: "Kafka refuses it, in the middle of the apply, when other steps are done already.",
    source: "InvalidReplicationFactorException of CreateTopics",
    fix: "Take a smaller factor for that side, or bring the missing brokers back.",
    example: r#"topic "orders" {
  pair               = pair.orders
  partitions         = 12
  replication_factor = 3
  side "secondary" {
    replication_factor = 1 # one broker there
  }
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    view.plan.steps.iter().filter_map(|step| note(view, step)).collect()
}

fn note(view: &View<'_>, step: &Step) -> Option<Note> {
    let (Action::Create(Object::Topic(topic)), Some(id)) = (&step.action, &step.object) else { return None };
    let What::Topic(name) = &id.what else { return None };
    let brokers = view.observed.cluster(&id.place)?.brokers.len();
    if usize::try_from(topic.replication_factor).ok()? <= brokers {
        return None;
    }
    let there = counted(brokers, "broker");
    let message = format!(
        "{name} is to have {} replicas on {}, which has {there}",
        topic.replication_factor, id.place.name
    );
    let declared = view.estate.resources.get(&step.address)?;
    Some(Note::at(declared, message).help("take a smaller replication factor for that side"))
}
