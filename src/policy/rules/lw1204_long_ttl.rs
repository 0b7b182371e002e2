//! LW1204: records that resolvers keep for longer than a failover may take.

use crate::estate::{Address, Resource};
use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use crate::policy::wording::span;
use std::collections::BTreeMap;
use std::time::Duration;

pub(super) static RULE: Rule = Rule {
    code: "LW1204",
    title: "record's TTL does not fit into the recovery time objective",
    severity: Severity::Warning,
    what: "A record follows a pair whose failover policy has an rto, and the record's TTL is not shorter than that.",
    why: "A resolver that asked just before the failover answers with the old side for a whole TTL. With the TTL alone \
          the objective is missed, whatever the rest takes.",
    source: "RFC 1035, section 3.2.1; RFC 2181, section 8",
    fix: "Take a TTL well below the rto: 30 seconds is usual. Lower it a full old TTL before you count on it.",
    example: r#"dns_record "bootstrap" {
  dns    = dns.main
  zone   = "example.com."
  name   = "kafka.example.com."
  type   = "CNAME"
  ttl    = 30
  values = [pair.orders.active.endpoint]
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let mut objectives: BTreeMap<&Address, (&Address, Duration)> = BTreeMap::new();
    for (declared, policy) in view.policies() {
        if let (Some(pair), Some(rto)) = (policy.pair(), policy.rto) {
            let objective = objectives.entry(pair).or_insert((&declared.address, rto));
            if rto < objective.1 {
                *objective = (&declared.address, rto);
            }
        }
    }
    let mut notes = Vec::new();
    for declared in view.estate.resources.values() {
        let Resource::DnsRecord(record) = &declared.resource else { continue };
        let followed = declared.after.iter().filter_map(|address| objectives.get(address));
        let Some((policy, rto)) = followed.min_by_key(|(_, rto)| *rto) else { continue };
        if Duration::from_secs(record.ttl.into()) >= *rto {
            let message = format!("TTL {} s is not shorter than {policy} rto {}", record.ttl, span(*rto));
            notes.push(Note::at(declared, message).help("take a TTL well below the rto, 30 for instance"));
        }
    }
    notes
}
