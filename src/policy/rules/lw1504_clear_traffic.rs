//! LW1504: passwords and records on an open line.

use crate::estate::{Mechanism, Protocol, Resource};
use crate::plan::Severity;
use crate::policy::note::Note;
use crate::policy::rule::Rule;
use crate::policy::view::View;

pub(super) static RULE: Rule = Rule {
    code: "LW1504",
    title: "SASL without TLS",
    severity: Severity::Warning,
    what: "A cluster's protocol is SASL_PLAINTEXT.",
    why: "With PLAIN the password itself travels in clear. With SCRAM it does not, but all records do, whoever listens can \
          try passwords against what was heard, and a session that is logged in can be taken over.",
    source: "RFC 4616, section 5 (PLAIN); RFC 5802, section 9 (SCRAM)",
    fix: "Take SASL_SSL, with tls.ca where the brokers' certificates are of a private authority.",
    example: r#"cluster "hangzhou" {
  bootstrap = ["kafka-hz.internal:9093"]
  security {
    protocol  = "SASL_SSL"
    mechanism = "SCRAM-SHA-512"
    username  = "leeward"
    password  = env("HZ_PASSWORD")
  }
}"#,
    check,
};

fn check(view: &View<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for declared in view.estate.resources.values() {
        let Resource::Cluster(cluster) = &declared.resource else { continue };
        if let (Protocol::SaslPlaintext, Some(sasl)) = (cluster.security.protocol, &cluster.security.sasl) {
            let message = match sasl.mechanism {
                Mechanism::Plain => "the password and all records travel in clear",
                Mechanism::ScramSha256 | Mechanism::ScramSha512 => "all records travel in clear",
            };
            notes.push(Note::at(declared, message).help("take protocol = \"SASL_SSL\""));
        }
    }
    notes
}
