//! LW1201: records that stay behind when their pair moves.

use crate::estate::{Address, Declared, DnsRecord, Resource, Role};
use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::{View, host, sides};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    code: "LW1201",
    title: "record points at a side and does not follow the pair",
    severity: Severity::Warning,
    what: "A record's value is the endpoint of one of a pair's clusters, and the record does not refer to the pair. It is \
           only good to know where that is the standby.",
    why: "A failover moves what refers to the pair. This record would go on pointing at the old side, and clients that use \
          it with it.",
    source: "leeward: what follows a pair is found by references (design of the dependency graph)",
    fix: "Write pair.NAME.active.endpoint as the value. If the name is meant for one cluster for good, ignore this.",
    example: r#"dns_record "bootstrap" {
  dns    = dns.main
  zone   = "example.com."
  name   = "kafka.example.com."
  type   = "CNAME"
  ttl    = 30
  values = [pair.orders.active.endpoint] # not ["kafka-hz.internal."]
}"#,
    check,
};

/// Whose endpoint it is, and what that pair does with it now.
type Endpoints<'a> = BTreeMap<String, Vec<(&'a Declared, Role, &'a Address)>>;

fn check(view: &View<'_>) -> Vec<Note> {
    let mut endpoints = Endpoints::new();
    for (declared, pair) in view.pairs() {
        for (role, address) in sides(pair) {
            if let Some(endpoint) =
                view.estate.cluster(address).and_then(|cluster| cluster.endpoint.as_deref())
            {
                endpoints.entry(host(endpoint)).or_default().push((declared, role, address));
            }
        }
    }
    let records = view.estate.resources.values().filter_map(|declared| match &declared.resource {
        Resource::DnsRecord(record) => Some((declared, record)),
        _ => None,
    });
    records.flat_map(|(declared, record)| notes(declared, record, &endpoints)).collect()
}

fn notes(declared: &Declared, record: &DnsRecord, endpoints: &Endpoints<'_>) -> Vec<Note> {
    let pointed = record.values.iter().filter_map(|value| endpoints.get(&host(value)));
    // A cluster may be of several pairs; a record that follows one of them follows.
    let follows = |owners: &[(&Declared, Role, &Address)]| {
        owners.iter().any(|(pair, ..)| declared.after.contains(&pair.address))
    };
    pointed
        .filter(|owners| !follows(owners))
        .filter_map(|owners| owners.first())
        .map(|(pair, role, cluster)| {
            let message = format!(
                "{} points at {}, the {role} side of {}, for good",
                record.name, cluster.name, pair.address
            );
            let severity = if *role == Role::Active { Severity::Warning } else { Severity::Info };
            let help = format!("write {}.active.endpoint, so that a failover moves it", pair.address);
            Note::at(declared, message).help(help).severity(severity)
        })
        .collect()
}
