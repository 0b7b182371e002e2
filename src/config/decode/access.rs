//! `access`.

use super::home;
use super::read::{Read, invalid, list, of_type, one_of, some, text, truth};
use super::reader::Reader;
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::suggestion::nearest;
use crate::config::value::Value;
use crate::estate::{ACL_OPERATIONS, Access, AclResource, Binding, Home, On, Pattern, Permission};

/// The name of the cluster in an access control entry.
const CLUSTER: &str = "kafka-cluster";

pub(super) fn decode(r: &Reader<'_>) -> Option<Access> {
    let home = home(r);
    let on = one_of(vec![("active", On::Active), ("standby", On::Standby), ("both", On::Both)]);
    let on = r.optional("on", on);
    if on.is_some() && matches!(home, Some(Home::Cluster(_))) {
        let fault = Diagnostic::error(Code::Conflict, format!("{} has no sides", r.what));
        r.fault(
            fault
                .at(r.place_of("on"), "it lives on one cluster")
                .help("pair = pair.name, or take \"on\" out"),
        );
    }
    let principals = r.required("principals", some(principal));
    let operations = r.required("operations", some(operation));
    let hosts = r.optional("hosts", some(text)).unwrap_or_else(|| vec!["*".to_owned()]);
    let permission = one_of(vec![("allow", Permission::Allow), ("deny", Permission::Deny)]);
    let permission = r.optional("permission", permission).unwrap_or(Permission::Allow);
    let resources = resources(r);
    let (principals, operations) = (principals?, operations?);
    let mut bindings = std::collections::BTreeSet::new();
    for principal in &principals {
        for host in &hosts {
            for operation in &operations {
                for (resource, name, pattern) in &resources {
                    bindings.insert(Binding {
                        principal: principal.clone(),
                        host: host.clone(),
                        permission,
                        operation: operation.clone(),
                        resource: *resource,
                        name: name.clone(),
                        pattern: *pattern,
                    });
                }
            }
        }
    }
    Some(Access { home: home?, on: on.unwrap_or_default(), bindings })
}

fn resources(r: &Reader<'_>) -> Vec<(AclResource, String, Pattern)> {
    let fields = [
        ("topics", AclResource::Topic),
        ("groups", AclResource::Group),
        ("transactional_ids", AclResource::TransactionalId),
    ];
    let mut resources = Vec::new();
    for (field, resource) in fields {
        for name in r.optional(field, list(text)).unwrap_or_default() {
            let (name, pattern) = named(&name);
            resources.push((resource, name, pattern));
        }
    }
    if r.optional("on_cluster", truth) == Some(true) {
        resources.push((AclResource::Cluster, CLUSTER.to_owned(), Pattern::Literal));
    }
    let given = ["topics", "groups", "transactional_ids", "on_cluster"].iter().any(|field| r.has(field));
    if resources.is_empty() && !given {
        let fault = Diagnostic::error(Code::Missing, format!("{} needs something to give access to", r.what));
        let fault = fault.at(r.header.clone(), "neither topics, groups, transactional_ids nor on_cluster");
        r.fault(fault.help("topics = [topic.name.name], or \"orders-*\" for all that begin so"));
    }
    resources
}

/// A name with `*` at its end is a beginning; `*` alone is Kafka's own word for all.
fn named(name: &str) -> (String, Pattern) {
    match name.strip_suffix('*') {
        Some(start) if !start.is_empty() => (start.to_owned(), Pattern::Prefixed),
        _ => (name.to_owned(), Pattern::Literal),
    }
}

fn principal(value: &Value) -> Read<String> {
    let needed = "a principal";
    let Some(text) = value.to_text() else { return of_type(needed, value) };
    match text.split_once(':') {
        Some((sort, name)) if !sort.is_empty() && !name.is_empty() => Ok(text.to_string()),
        _ => invalid(needed, format!("\"{text}\" has no type"), Some("such as \"User:orders-app\"")),
    }
}

fn operation(value: &Value) -> Read<String> {
    let needed = "an operation";
    let Some(text) = value.to_text() else { return of_type(needed, value) };
    let word = text.to_uppercase();
    if ACL_OPERATIONS.contains(&word.as_str()) {
        return Ok(word);
    }
    let near = nearest(&word, ACL_OPERATIONS).map(|near| format!("did you mean \"{near}\"?"));
    let help = near.unwrap_or_else(|| format!("there are {}", ACL_OPERATIONS.join(", ")));
    invalid(needed, format!("Kafka knows no \"{text}\""), Some(&help))
}
