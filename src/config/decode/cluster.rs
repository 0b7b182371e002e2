//! `cluster`.

use super::name::{host, host_port};
use super::read::{one_of, some, some_time, text};
use super::reader::Reader;
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::estate::{Cluster, Mechanism, Protocol, Sasl, Security, Tls};
use std::time::Duration;

pub(super) fn decode(r: &Reader<'_>) -> Option<Cluster> {
    let bootstrap = r.required("bootstrap", some(host_port(None)));
    let endpoint = r.optional("endpoint", host);
    let timeout = r.optional("timeout", some_time).unwrap_or(Duration::from_secs(15));
    let security = r.inner("security", |r, _| security(r)).pop();
    Some(Cluster { bootstrap: bootstrap?, endpoint, security: security.unwrap_or_default(), timeout })
}

fn security(r: &Reader<'_>) -> Option<Security> {
    let protocols = Protocol::ALL.iter().map(|protocol| (protocol.as_str(), *protocol)).collect();
    let protocol = r.required("protocol", one_of(protocols))?;
    let tls = r.inner("tls", |r, _| Some(tls(r))).pop();
    let needs_sasl = matches!(protocol, Protocol::SaslPlaintext | Protocol::SaslSsl);
    let sasl = if needs_sasl { Some(sasl(r)?) } else { None };
    if !needs_sasl {
        let fields = ["mechanism", "username", "password", "password_in_connect"];
        if let Some(field) = fields.into_iter().find(|field| r.has(field)) {
            let message = format!("{field} is of no use with {}", protocol.as_str());
            let fault = Diagnostic::error(Code::Conflict, message).at(r.place_of(field), "only SASL logs in");
            r.fault(fault.help("protocol = \"SASL_SSL\" or \"SASL_PLAINTEXT\""));
        }
    }
    if tls.is_some() && !protocol.is_encrypted() {
        let message = format!("tls is of no use with {}", protocol.as_str());
        r.fault(Diagnostic::error(Code::Conflict, message).at(r.place_of("protocol"), "not encrypted"));
    }
    Some(Security { protocol, sasl, tls: tls.unwrap_or_default() })
}

fn sasl(r: &Reader<'_>) -> Option<Sasl> {
    let mechanisms = Mechanism::ALL.iter().map(|mechanism| (mechanism.as_str(), *mechanism)).collect();
    let mechanism = r.required("mechanism", one_of(mechanisms));
    let username = r.required("username", text);
    let password = r.required_secret("password", text);
    let password_in_connect = r.optional("password_in_connect", text);
    Some(Sasl { mechanism: mechanism?, username: username?, password: password?, password_in_connect })
}

fn tls(r: &Reader<'_>) -> Tls {
    let pem = |name| r.optional(name, super::connect::pem);
    let (ca, certificate) = (pem("ca"), pem("certificate"));
    let key = r.secret("key", super::connect::pem);
    if certificate.is_some() != key.is_some() && r.has("certificate") != r.has("key") {
        let (there, missing) = if r.has("key") { ("key", "certificate") } else { ("certificate", "key") };
        r.fault(
            Diagnostic::error(Code::Missing, format!("{} needs \"{missing}\"", r.what))
                .at(r.place_of(there), format!("{there} alone proves nothing")),
        );
    }
    Tls { ca, certificate, key }
}
