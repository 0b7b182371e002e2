//! LW1202: authorities that do not answer for a zone.

use crate::estate::{Address, DnsRecord, Object, ObjectId, Resource, What};
use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "LW1202",
    title: "authority does not answer for its zone",
    severity: Severity::Warning,
    what: "One of a DNS service's authorities does not answer, or not for the zone of a declared record.",
    why: "A change of the zone is done when every authority shows it. An apply would wait for this one until the \
          propagation time is over, and in a failover its clients would keep the old answer.",
    source: "RFC 1034, section 4.3.5 (zone maintenance)",
    fix: "Repair the authority, or take it out of authorities while it is down.",
    example: r#"dns "main" {
  authorities = ["10.0.0.53:53", "10.0.1.53:53"]
  propagation = "30s"
  rfc2136 {
    server     = "10.0.0.53:53"
    key_name   = "leeward."
    key_secret = env("TSIG")
  }
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    zones(view).into_iter().flat_map(|(dns, zone)| notes(view, dns, zone)).collect()
}

/// The zones of all declared records, with the service of each.
pub(super) fn zones<'a>(view: &View<'a>) -> BTreeSet<(&'a Address, &'a str)> {
    (view.estate.resources.values())
        .filter_map(|declared| match &declared.resource {
            Resource::DnsRecord(DnsRecord { dns, zone, .. }) => Some((dns, zone.as_str())),
            _ => None,
        })
        .collect()
}

fn notes(view: &View<'_>, dns: &Address, zone: &str) -> Vec<Note> {
    let reading = view.observed.reading(&ObjectId::new(dns, What::Zone(zone.to_owned())));
    let (Some(Object::Zone(facts)), Some(declared)) =
        (reading.and_then(|reading| reading.object()), view.estate.resources.get(dns))
    else {
        return Vec::new();
    };
    let silent = facts.authorities.iter().filter(|authority| authority.serial.is_none());
    silent
        .map(|authority| {
            let fault = authority.fault.as_deref().unwrap_or("it is not an authority of the zone");
            let message = if fault.contains(&authority.authority) {
                format!("of the authorities of {zone}, {fault}")
            } else {
                format!("{} does not answer for {zone}: {fault}", authority.authority)
            };
            Note::at(declared, message).help("repair it, or take it out of authorities meanwhile")
        })
        .collect()
}
