//! LW1203: a DNS server that does not accept leeward's key.

use super::lw1202_silent_authority::zones;
use crate::estate::{Object, ObjectId, What};
use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1203",
    title: "DNS server does not accept the key",
    severity: Severity::Warning,
    what: "The server that takes updates of a zone refuses requests that are signed with the key of its dns block.",
    why: "Records can be read without the key, so that a plan looks fine; the first change of a record fails, and \
          that may be the one that a failover needs.",
    source: "RFC 8945, section 5.2 (processing of TSIG)",
    fix: "Compare name, algorithm and secret of the key with those on the server, and the clocks of both.",
    example: r#"dns "main" {
  authorities = ["10.0.0.53:53"]
  rfc2136 {
    server     = "10.0.0.53:53"
    key_name   = "leeward."
    key_secret = env("TSIG")
  }
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let refused = |(dns, zone): (&_, &str)| {
        let reading = view.observed.reading(&ObjectId::new(dns, What::Zone(zone.to_owned())))?;
        let Object::Zone(facts) = reading.object()? else { return None };
        let refusal = facts.refusal.as_deref()?;
        let message = format!("records of {zone} can't be changed: {refusal}");
        Some(Note::at(view.estate.resources.get(dns)?, message))
    };
    zones(view).into_iter().filter_map(refused).collect()
}
