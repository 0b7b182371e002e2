//! `dns`.

use super::name::{dns_name, host_port, tsig_key, url};
use super::read::{one_of, some, some_time, text};
use super::reader::Reader;
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::estate::{Dns, DnsService, PowerDns, Rfc2136, TsigAlgorithm};
use std::time::Duration;

pub(super) fn decode(r: &Reader<'_>) -> Option<Dns> {
    let authorities = r.optional("authorities", some(host_port(Some(53))));
    let resolvers = r.optional("resolvers", some(host_port(Some(53)))).unwrap_or_default();
    let timeout = r.optional("timeout", some_time).unwrap_or(Duration::from_secs(5));
    let propagation = r.optional("propagation", some_time).unwrap_or(Duration::from_secs(60));
    // `Some(None)`: there, and faulty.
    let rfc2136 = r.inner("rfc2136", |r, _| Some(rfc2136(r)));
    let powerdns = r.inner("powerdns", |r, _| Some(powerdns(r)));
    if rfc2136.len() + powerdns.len() != 1 {
        let (code, message) = if rfc2136.is_empty() {
            (Code::Missing, format!("{} needs \"rfc2136\" or \"powerdns\"", r.what))
        } else {
            (Code::Conflict, format!("{} has rfc2136 and powerdns", r.what))
        };
        let fault =
            Diagnostic::error(code, message).at(r.header.clone(), "exactly one says how records are changed");
        r.fault(fault.help(
            "a block rfc2136 with server, key_name and key_secret, or a block powerdns with url and api_key",
        ));
        return None;
    }
    if authorities.is_none() && !powerdns.is_empty() && !r.has("authorities") {
        let fault = Diagnostic::error(Code::Missing, format!("{} needs \"authorities\"", r.what));
        let fault = fault.at(r.header.clone(), "authorities = … is missing");
        r.fault(fault.help("the authoritative servers that must show a change: [\"10.0.0.53\"]"));
    }
    let service = rfc2136.into_iter().chain(powerdns).next()??;
    let authorities = authorities.or_else(|| match &service {
        DnsService::Rfc2136(rfc2136) => Some(vec![rfc2136.server.clone()]),
        DnsService::PowerDns(_) => None,
    });
    Some(Dns { service, authorities: authorities?, resolvers, timeout, propagation })
}

fn rfc2136(r: &Reader<'_>) -> Option<DnsService> {
    let server = r.required("server", host_port(Some(53)));
    let key_name = r.required("key_name", dns_name);
    let algorithms = TsigAlgorithm::ALL.iter().map(|algorithm| (algorithm.as_str(), *algorithm)).collect();
    let key_algorithm = r.optional("key_algorithm", one_of(algorithms)).unwrap_or_default();
    let key_secret = r.required_secret("key_secret", tsig_key);
    Some(DnsService::Rfc2136(Rfc2136 {
        server: server?,
        key_name: key_name?,
        key_algorithm,
        key_secret: key_secret?,
    }))
}

fn powerdns(r: &Reader<'_>) -> Option<DnsService> {
    let url = r.required("url", url);
    let api_key = r.required_secret("api_key", text);
    let server_id = r.optional("server_id", text).unwrap_or_else(|| "localhost".to_owned());
    Some(DnsService::PowerDns(PowerDns { url: url?, api_key: api_key?, server_id }))
}
