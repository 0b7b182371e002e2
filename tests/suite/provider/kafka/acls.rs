//! Entries mean to Kafka's own tool what they mean to leeward: a grant never goes to whom nobody meant.

use crate::e2e::{sasl_sandbox, unique};
use crate::estate::sample::address;
use crate::provider::stage::{cluster, cluster_at};
use leeward::estate::{
    AclResource, Binding, Change, Grants, Object, ObjectId, Outcome, Pattern, Permission, Query, Reading,
    Verb, What,
};
use leeward::provider::kafka::Kafka;
use leeward::sandbox::{Sandbox, tool};
use regex::Regex;
use std::collections::BTreeSet;

/// leeward on one side, `kafka-acls` on the other, of the same cluster.
struct Both {
    sandbox: Sandbox,
    kafka: Kafka,
}

impl Both {
    fn new() -> Option<Self> {
        let sandbox = sasl_sandbox()?;
        let admin = &sandbox.layout().sasl.as_ref().unwrap().admin;
        let bootstrap = sandbox.cluster("hangzhou").unwrap().bootstrap();
        let kafka = Kafka::new(&cluster(), &cluster_at(bootstrap, Some(admin)));
        Some(Self { sandbox, kafka })
    }

    /// Runs `kafka-acls` and answers what it printed.
    fn tool(&self, arguments: &str) -> String {
        let arguments: Vec<String> = arguments.split_whitespace().map(str::to_owned).collect();
        let output = tool(&self.sandbox, "hangzhou", "kafka-acls", &arguments).unwrap().output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{arguments:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
        said
    }

    /// The entries of these users as `kafka-acls` lists them.
    fn listed(&self, users: &[&str]) -> BTreeSet<Binding> {
        let entries = parse(&self.tool("--list"));
        entries.into_iter().filter(|entry| users.contains(&&entry.principal["User:".len()..])).collect()
    }

    async fn change(&self, verb: Verb) {
        let id = ObjectId::new(&cluster(), What::Grants(address("access.oracle")));
        assert_eq!(self.kafka.change(&[&Change { id, verb }]).await, [Outcome::Done(())]);
    }

    /// Of these entries, those that leeward sees.
    async fn seen(&self, of: &BTreeSet<Binding>) -> BTreeSet<Binding> {
        let access = address("access.oracle");
        let query = Query::Grants { cluster: cluster(), access, bindings: of.clone() };
        match self.kafka.read(&[&query]).await.remove(0) {
            Reading::Present(Object::Grants(grants)) => grants.bindings,
            Reading::Absent => BTreeSet::new(),
            other => panic!("{other:?}"),
        }
    }
}

/// What `kafka-acls --list` prints.
fn parse(listing: &str) -> BTreeSet<Binding> {
    let head = Regex::new(r"resourceType=(\w+), name=(\S+), patternType=(\w+)").unwrap();
    let entry = Regex::new(r"principal=(\S+), host=(\S+), operation=(\w+), permissionType=(\w+)").unwrap();
    let mut about = None;
    let mut entries = BTreeSet::new();
    for line in listing.lines() {
        if let Some(found) = head.captures(line) {
            let (_, [resource, name, pattern]) = found.extract();
            about = Some((self::resource(resource), name.to_owned(), self::pattern(pattern)));
        } else if let Some(found) = entry.captures(line) {
            let (_, [principal, host, operation, permission]) = found.extract();
            let (resource, name, pattern) = about.clone().unwrap();
            entries.insert(Binding {
                principal: principal.into(),
                host: host.into(),
                permission: if permission == "DENY" { Permission::Deny } else { Permission::Allow },
                operation: operation.into(),
                resource,
                name,
                pattern,
            });
        }
    }
    entries
}

fn resource(name: &str) -> AclResource {
    match name {
        "TOPIC" => AclResource::Topic,
        "GROUP" => AclResource::Group,
        "CLUSTER" => AclResource::Cluster,
        "TRANSACTIONAL_ID" => AclResource::TransactionalId,
        other => panic!("{other}"),
    }
}

fn pattern(name: &str) -> Pattern {
    match name {
        "LITERAL" => Pattern::Literal,
        "PREFIXED" => Pattern::Prefixed,
        other => panic!("{other}"),
    }
}

fn entry(user: &str, operation: &str, resource: AclResource, name: &str, pattern: Pattern) -> Binding {
    Binding {
        principal: format!("User:{user}"),
        host: "*".into(),
        permission: Permission::Allow,
        operation: operation.into(),
        resource,
        name: name.into(),
        pattern,
    }
}

/// One entry of every sort: each operation on each kind of resource that knows it, literal and prefixed, from one host
/// and from all, allowed and denied.
fn of_every_sort(user: &str) -> BTreeSet<Binding> {
    let topic = "ALL READ WRITE CREATE DELETE ALTER DESCRIBE DESCRIBE_CONFIGS ALTER_CONFIGS";
    let cluster = "ALL CREATE CLUSTER_ACTION DESCRIBE_CONFIGS ALTER_CONFIGS IDEMPOTENT_WRITE ALTER DESCRIBE";
    let kinds = [
        (AclResource::Topic, topic, "oracle"),
        (AclResource::Group, "ALL READ DESCRIBE DELETE", "oracle"),
        (AclResource::TransactionalId, "ALL DESCRIBE WRITE TWO_PHASE_COMMIT", "oracle"),
        (AclResource::Cluster, cluster, "kafka-cluster"),
    ];
    let mut entries = BTreeSet::new();
    for (resource, operations, name) in kinds {
        for operation in operations.split_whitespace() {
            let literal = entry(user, operation, resource, name, Pattern::Literal);
            if resource != AclResource::Cluster {
                entries.insert(Binding { pattern: Pattern::Prefixed, ..literal.clone() });
            }
            entries.insert(Binding { host: "192.0.2.7".into(), ..literal.clone() });
            entries.insert(Binding { permission: Permission::Deny, ..literal.clone() });
            entries.insert(literal);
        }
    }
    entries.insert(entry(user, "READ", AclResource::Topic, "*", Pattern::Literal));
    entries
}

#[tokio::test]
async fn what_leeward_grants_is_what_kafka_lists() {
    let Some(both) = Both::new() else { return };
    let (user, another) = (unique("oracle"), unique("oracle"));
    both.tool(&format!(
        "--add --allow-principal User:{another} --operation READ --topic oracle --resource-pattern-type prefixed"
    ));
    let of_another = both.listed(&[&another]);
    assert_eq!(of_another.len(), 1);
    let bindings = of_every_sort(&user);
    let all = Grants { bindings: bindings.clone() };
    both.change(Verb::Create(Object::Grants(all.clone()))).await;
    assert_eq!(both.listed(&[&user]), bindings);
    assert_eq!(both.seen(&bindings).await, bindings);

    let (literal, prefixed) = bindings.iter().cloned().partition(|entry| entry.pattern == Pattern::Literal);
    let rest = Object::Grants(Grants { bindings: prefixed });
    both.change(Verb::Update { from: Object::Grants(all.clone()), to: rest.clone() }).await;
    let left = both.listed(&[&user, &another]);
    assert!(left.is_disjoint(&literal), "a literal entry is taken");
    assert_eq!(left.len(), bindings.len() - literal.len() + 1, "and none of the same name beside it");

    for _ in 0..2 {
        both.change(Verb::Delete(Object::Grants(all.clone()))).await;
        assert_eq!(both.listed(&[&user, &another]), of_another, "another's stays");
    }
}

#[tokio::test]
async fn what_kafka_grants_is_what_leeward_sees() {
    let Some(both) = Both::new() else { return };
    let user = unique("oracle");
    let who = format!("User:{user}");
    both.tool(&format!("--add --allow-principal {who} --operation WRITE --topic orders"));
    both.tool(&format!(
        "--add --deny-principal {who} --deny-host 192.0.2.9 --operation READ --group bill \
         --resource-pattern-type prefixed"
    ));
    let write = entry(&user, "WRITE", AclResource::Topic, "orders", Pattern::Literal);
    let read = Binding {
        host: "192.0.2.9".into(),
        permission: Permission::Deny,
        ..entry(&user, "READ", AclResource::Group, "bill", Pattern::Prefixed)
    };
    let there = BTreeSet::from([write.clone(), read.clone()]);
    let near = [
        Binding { pattern: Pattern::Prefixed, ..write.clone() },
        Binding { host: "192.0.2.9".into(), ..write },
        Binding { pattern: Pattern::Literal, ..read.clone() },
        Binding { permission: Permission::Allow, ..read },
    ];
    let asked = there.iter().cloned().chain(near).collect();
    assert_eq!(both.seen(&asked).await, there, "those, and none that is only like them");
    both.change(Verb::Delete(Object::Grants(Grants { bindings: there }))).await;
    assert_eq!(both.listed(&[&user]), BTreeSet::new());
}
