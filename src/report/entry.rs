//! A plan by resource: what a reader wants to see, before it is text or Markdown.

use super::sign::{Sign, Summary};
use crate::estate::{
    Address, ConnectorState, FieldChange, Object, ObjectId, Role, Side, Task, TopicSetting, What,
};
use crate::plan::{Action, Expect, Plan, Step};
use std::collections::{BTreeMap, BTreeSet};

/// What happens to the objects of one resource that have the same thing happen to them.
pub(super) struct Entry<'a> {
    pub sign: Sign,
    pub address: &'a Address,
    pub items: Vec<Item<'a>>,
}

/// What happens to one object.
pub(super) struct Item<'a> {
    pub object: &'a ObjectId,
    pub role: Option<(Side, Role)>,
    pub fields: Vec<FieldChange>,
    pub reason: Option<&'a str>,
}

/// The changes of a plan, by resource.
pub(super) fn entries(plan: &Plan) -> Vec<Entry<'_>> {
    let main: BTreeMap<&ObjectId, Sign> = plan
        .steps
        .iter()
        .filter(|step| !matches!(step.action, Action::Task(_)))
        .filter_map(|step| Some((step.object.as_ref()?, Sign::of(&step.action))))
        .collect();
    let mut items: BTreeMap<(&Address, Sign), Vec<Item<'_>>> = BTreeMap::new();
    for step in &plan.steps {
        let Some(object) = &step.object else { continue };
        let sign = match (&step.action, main.get(object)) {
            // A connector's stop before its end, and its start after its creation, go without saying.
            (Action::Task(_), Some(Sign::Add | Sign::Replace | Sign::Destroy)) => continue,
            (Action::Task(_), Some(sign)) => *sign,
            (action, _) => Sign::of(action),
        };
        let entry = items.entry((&step.address, sign)).or_default();
        match entry.iter_mut().find(|item| item.object == object) {
            Some(item) => item.fields.extend(fields(step)),
            None => entry.push(Item { object, role: step.role, fields: fields(step), reason: reason(step) }),
        }
    }
    items.into_iter().map(|((address, sign), items)| Entry { sign, address, items }).collect()
}

/// How many resources are added, changed, ….
pub fn summary(plan: &Plan) -> Summary {
    let deferred: BTreeSet<&Address> = plan.deferred.iter().map(|deferred| &deferred.address).collect();
    let mut summary = Summary { deferred: deferred.len(), refused: plan.refused.len(), ..Summary::default() };
    entries(plan).iter().for_each(|entry| summary.count(entry.sign));
    summary
}

fn reason(step: &Step) -> Option<&str> {
    match &step.action {
        Action::Replace { why, .. } => Some(why),
        _ => step.reason.as_deref(),
    }
}

/// What changes, field by field: for what is made all that it gets, for what goes nothing.
fn fields(step: &Step) -> Vec<FieldChange> {
    match &step.action {
        Action::Create(object) | Action::Replace { to: object, .. } => made_of(object),
        Action::Update { fields, .. } | Action::Adopt { fields, .. } => fields.clone(),
        Action::Delete { .. } | Action::Forget => Vec::new(),
        Action::Task(Task::SetConnectorState { state, .. }) => restarted(&step.expect, *state),
        Action::Task(_) => Vec::new(),
    }
}

fn made_of(object: &Object) -> Vec<FieldChange> {
    let new = |name: &str, value: String| FieldChange::new(name, None, Some(value));
    match object {
        Object::Topic(topic) => {
            let config = topic.config.iter().filter(|(_, setting)| matches!(setting, TopicSetting::Own(_)));
            let config = config.map(|(key, setting)| new(&format!("config.{key}"), setting.value().into()));
            [
                new("partitions", topic.partitions.to_string()),
                new("replication_factor", topic.replication_factor.to_string()),
            ]
            .into_iter()
            .chain(config)
            .collect()
        }
        Object::Grants(grants) => {
            grants.bindings.iter().map(|binding| new(&binding.to_string(), "given".into())).collect()
        }
        Object::RecordSet(set) => {
            let values = set.values.iter().cloned().collect::<Vec<_>>().join(", ");
            vec![new("values", values), new("ttl", set.ttl.to_string())]
        }
        Object::Connector(connector) => connector
            .config
            .iter()
            .map(|(key, setting)| new(&format!("config.{key}"), setting.to_string()))
            .collect(),
        Object::Group(group) => group
            .partitions()
            .map(|(topic, partition, position)| new(&format!("{topic}-{partition}"), position.to_string()))
            .collect(),
        Object::File(file) => vec![new("text", file.text.clone())],
        Object::Cluster(_)
        | Object::Ends(_)
        | Object::Producers(_)
        | Object::Connect(_)
        | Object::Carried(_)
        | Object::Zone(_)
        | Object::Answer(_)
        | Object::Trial(_) => Vec::new(),
    }
}

/// What a start or a stop changes, as far as the step knows what it starts from.
fn restarted(expect: &Expect, state: ConnectorState) -> Vec<FieldChange> {
    let Expect::Present(Object::Connector(connector)) = expect else {
        return vec![FieldChange::new("state", None, Some(state.to_string()))];
    };
    let from = connector.state.to_string();
    let mut fields = vec![FieldChange::new("state", Some(from), Some(state.to_string()))];
    if connector.state == state {
        fields[0].note = Some("restarted".into());
    }
    fields.extend(connector.failed.iter().map(|task| {
        let from = format!("failed: {}", task.trace);
        FieldChange::new(format!("task.{}", task.id), Some(from), Some("running".into()))
    }));
    fields
}

/// The topics whose records a plan deletes.
pub(super) fn lost_topics(plan: &Plan) -> Vec<&ObjectId> {
    plan.steps
        .iter()
        .filter(|step| matches!(step.action, Action::Delete { .. } | Action::Replace { .. }))
        .filter_map(|step| step.object.as_ref())
        .filter(|object| matches!(object.what, What::Topic(_)))
        .collect()
}
