//! What happens to one resource, as a block of lines.

use super::paint::{dim, of_sign, paint};
use super::value;
use crate::estate::{FieldChange, Kind, ObjectId, What};
use crate::report::entry::{Entry, Item};
use crate::report::figures::counted;
use crate::report::sign::Sign;

/// The lines of a block; its first one is the sign and the address.
pub(super) fn lines(entry: &Entry<'_>, width: usize) -> Vec<String> {
    let groups = alike(entry);
    let is_simple = !has_parts(entry);
    let mut lines = Vec::new();
    for group in &groups {
        let sign = paint(of_sign(entry.sign), entry.sign.as_str());
        let item = group[0];
        if is_simple {
            lines.push(format!("  {sign} {}{}", entry.address, placed(entry, group)));
        } else {
            if lines.is_empty() {
                lines.push(format!("  {sign} {}", entry.address));
            }
            lines.push(format!("      {}{}", item.object.what, on(group)));
        }
        let indentation = if is_simple { 6 } else { 8 };
        lines.extend(reason(entry.sign, item, indentation));
        lines.extend(fields(entry.sign, item, indentation, width));
    }
    lines
}

/// Whether a resource stands for objects of several sorts: a replication for connectors and a topic.
fn has_parts(entry: &Entry<'_>) -> bool {
    entry.address.kind == Kind::Replication
}

/// Objects to which the very same thing happens, together.
fn alike<'a, 'b>(entry: &'b Entry<'a>) -> Vec<Vec<&'b Item<'a>>> {
    let mut groups: Vec<Vec<&Item<'_>>> = Vec::new();
    for item in &entry.items {
        let is_alike = |group: &Vec<&Item<'_>>| {
            let first = group[0];
            !has_parts(entry) && first.fields == item.fields && first.reason == item.reason
        };
        match groups.iter_mut().find(|group| is_alike(group)) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups
}

/// Where a resource's objects are: ` on hangzhou (active), shanghai (standby)`; a record set by its name.
fn placed(entry: &Entry<'_>, group: &[&Item<'_>]) -> String {
    match &group[0].object.what {
        What::RecordSet { name, rtype, .. } => format!("  {name} {rtype}"),
        What::File(path) => format!("  {path}"),
        What::Topic(name) if *name != entry.address.name => {
            let names: Vec<&str> = group.iter().filter_map(|item| topic_name(item.object)).collect();
            if names.iter().all(|other| *other == name) {
                format!(" ({name}){}", on(group))
            } else {
                format!(" on {}", group.iter().map(|item| by_name(item)).collect::<Vec<_>>().join(", "))
            }
        }
        _ => on(group),
    }
}

fn topic_name(object: &ObjectId) -> Option<&str> {
    match &object.what {
        What::Topic(name) => Some(name),
        _ => None,
    }
}

fn by_name(item: &Item<'_>) -> String {
    format!("{} as {}", place(item), topic_name(item.object).unwrap_or_default())
}

fn on(group: &[&Item<'_>]) -> String {
    format!(" on {}", group.iter().map(|item| place(item)).collect::<Vec<_>>().join(", "))
}

fn place(item: &Item<'_>) -> String {
    match item.role {
        Some((_, role)) => format!("{} ({role})", item.object.place.name),
        None => item.object.place.name.clone(),
    }
}

/// Why it is done, where that is not evident; for what is taken over, that nothing changes.
fn reason(sign: Sign, item: &Item<'_>, indentation: usize) -> Option<String> {
    let text = match (sign, item.reason) {
        (Sign::Adopt, reason) if item.fields.is_empty() => {
            format!("{}; it is as declared", reason.unwrap_or("it exists already"))
        }
        (Sign::Forget, Some(reason)) => format!("{reason}: it stays, and leeward lets go of it"),
        (Sign::Forget, None) => "it stays, and leeward lets go of it".to_owned(),
        (_, Some(reason)) => reason.to_owned(),
        (_, None) => return None,
    };
    Some(format!("{:indentation$}{}", "", paint(dim(), &format!("# {text}"))))
}

fn fields(sign: Sign, item: &Item<'_>, indentation: usize, width: usize) -> Vec<String> {
    match &item.object.what {
        What::Connector(_) if matches!(sign, Sign::Add | Sign::Replace) => {
            made_connector(item, indentation, width)
        }
        What::Grants(_) => item.fields.iter().map(|change| granted(change, indentation)).collect(),
        _ => columns(&item.fields, indentation, width),
    }
}

fn columns(fields: &[FieldChange], indentation: usize, width: usize) -> Vec<String> {
    let column = fields.iter().map(|change| change.field.chars().count()).max().unwrap_or_default();
    fields.iter().flat_map(|change| value::lines(change, indentation, column, width)).collect()
}

fn granted(change: &FieldChange, indentation: usize) -> String {
    let sign = if change.to.is_some() { Sign::Add } else { Sign::Destroy };
    format!("{:indentation$}{} {}", "", paint(of_sign(sign), sign.as_str()), change.field)
}

/// What a reader wants to know of a new connector; all of its settings are in the JSON.
fn made_connector(item: &Item<'_>, indentation: usize, width: usize) -> Vec<String> {
    const TOLD: [(&str, &str); 6] = [
        ("config.source.cluster.alias", "from"),
        ("config.target.cluster.alias", "to"),
        ("config.topics", "topics"),
        ("config.groups", "groups"),
        ("config.replication.policy.class", "policy"),
        ("config.tasks.max", "tasks"),
    ];
    let find = |field: &str| item.fields.iter().find(|change| change.field == field);
    let told = TOLD.iter().filter_map(|(field, name)| {
        let value = find(field)?.to.as_ref()?;
        let value = value.rsplit_once("connect.mirror.").map_or(value.as_str(), |(_, class)| class);
        Some(FieldChange::new(*name, None, Some(value.replace(',', ", "))))
    });
    let told: Vec<FieldChange> = told.filter(|change| change.to.as_deref() != Some("")).collect();
    let mut lines = columns(&told, indentation, width);
    let rest = item.fields.len().saturating_sub(told.len());
    let text = format!("# {} in all; made stopped, then started", counted(rest + told.len(), "setting"));
    lines.push(format!("{:indentation$}{}", "", paint(dim(), &text)));
    lines
}
