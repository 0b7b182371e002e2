//! LW1501: standbys that would refuse their own applications.

use crate::estate::{Access, Address, Declared, Home, Pair, Pattern, Role};
use crate::plan::Severity;
use crate::policy::grants::gives_write;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::{TopicOfPair, View};
use crate::policy::wording::{counted, listed};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "LW1501",
    title: "nobody is given WRITE on the standby",
    severity: Severity::Warning,
    what: "A pair's topics are replicated, and no access gives WRITE for them to the side that becomes active. It is only \
           good to know where the estate declares no access for the pair and its clusters merely authenticate.",
    why: "MirrorMaker copies no grant of WRITE, and none for groups. On the worst day the standby would refuse the very \
          applications that it is there for.",
    source: "MirrorSourceConnector.syncTopicAcls drops ALLOW WRITE and turns ALLOW ALL into READ (KIP-382)",
    fix: "Declare an access with on = \"active\" for the writers: a failover moves it, and so fences the old side.",
    example: r#"access "orders_writers" {
  pair       = pair.orders
  on         = "active"
  principals = ["User:orders-app"]
  topics     = [topic.orders.name]
  operations = ["WRITE", "DESCRIBE"]
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let replicated: BTreeSet<&Address> = view.flows.iter().map(|flow| &flow.replication.pair).collect();
    let pairs = view.pairs().filter(|(declared, _)| replicated.contains(&declared.address));
    pairs.filter_map(|(declared, pair)| note(view, declared, pair)).collect()
}

fn note(view: &View<'_>, declared: &Declared, pair: &Pair) -> Option<Note> {
    let topics = view.topics.get(&declared.address)?;
    let severity = concern(view, &declared.address, pair)?;
    let writers = Writers::of(view, &declared.address, pair);
    let refused: Vec<&TopicOfPair<'_>> =
        topics.values().filter(|topic| !writers.may_write(&topic.topic.name)).collect();
    if refused.is_empty() {
        return None;
    }
    let names = listed(refused.iter().map(|topic| topic.topic.name.as_str()));
    let (count, standby) = (counted(refused.len(), "topic"), pair.with_role(Role::Standby));
    let message = format!("after a failover nobody may write to {count} on {}: {names}", standby.name);
    Some(
        Note::at(declared, message)
            .severity(severity)
            .help("declare an access with on = \"active\" and WRITE"),
    )
}

/// How much it matters: grants are declared for the pair or a cluster of it, or it could at least have some.
fn concern(view: &View<'_>, address: &Address, pair: &Pair) -> Option<Severity> {
    let clusters = [&pair.primary, &pair.secondary];
    let concerns = |access: &Access| match &access.home {
        Home::Pair(home) => home == address,
        Home::Cluster(home) => clusters.contains(&home),
    };
    if view.accesses.iter().any(|(_, access)| concerns(access)) {
        return Some(Severity::Warning);
    }
    let authenticates = |cluster: &&Address| {
        let security = view.estate.cluster(cluster).map(|cluster| &cluster.security);
        security.is_some_and(|security| security.sasl.is_some() || security.tls.certificate.is_some())
    };
    clusters.iter().any(authenticates).then_some(Severity::Info)
}

/// The topics that somebody may write to once the standby is active.
#[derive(Default)]
struct Writers<'a> {
    names: BTreeSet<&'a str>,
    prefixes: BTreeSet<&'a str>,
}

impl<'a> Writers<'a> {
    fn of(view: &View<'a>, address: &Address, pair: &Pair) -> Self {
        let standby = pair.with_role(Role::Standby);
        let counts = |access: &&'a Access| match &access.home {
            Home::Pair(home) => home == address && access.on.includes(Role::Active),
            Home::Cluster(home) => home == standby,
        };
        let mut writers = Self::default();
        for binding in
            view.accesses.iter().map(|(_, access)| *access).filter(counts).flat_map(|access| &access.bindings)
        {
            match binding.pattern {
                _ if !gives_write(binding) => {}
                Pattern::Literal => drop(writers.names.insert(&binding.name)),
                Pattern::Prefixed => drop(writers.prefixes.insert(&binding.name)),
            }
        }
        writers
    }

    fn may_write(&self, topic: &str) -> bool {
        let beginnings = (0..=topic.len()).filter_map(|end| topic.get(..end));
        self.names.contains(topic)
            || self.names.contains("*")
            || beginnings.into_iter().any(|beginning| self.prefixes.contains(beginning))
    }
}
