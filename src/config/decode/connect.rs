//! `connect`.

use super::name::url;
use super::read::{Read, invalid, some, some_time, text};
use super::reader::Reader;
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::value::Value;
use crate::estate::{BasicAuth, Connect, Kind};
use std::time::Duration;

pub(super) fn decode(r: &Reader<'_>) -> Option<Connect> {
    let one = r.optional("url", url);
    let several = r.optional("urls", some(url));
    let cluster = r.required_reference("cluster", Kind::Cluster);
    let ca = r.optional("ca", pem);
    let timeout = r.optional("timeout", some_time).unwrap_or(Duration::from_secs(30));
    let basic_auth = r.inner("basic_auth", |r, _| {
        let (username, password) = (r.required("username", text), r.required_secret("password", text));
        Some(BasicAuth { username: username?, password: password? })
    });
    if r.has("url") == r.has("urls") {
        let (message, code) = if r.has("url") {
            (format!("{} has url and urls", r.what), Code::Conflict)
        } else {
            (format!("{} needs \"url\"", r.what), Code::Missing)
        };
        let fault =
            Diagnostic::error(code, message).at(r.place_of("urls"), "exactly one of url and urls is needed");
        r.fault(fault.help("url = \"http://host:8083\", or urls = [...] for several workers"));
    }
    let urls = several.or(one.map(|url| vec![url]))?;
    Some(Connect { urls, cluster: cluster?, basic_auth: basic_auth.into_iter().next(), ca, timeout })
}

/// A PEM text, not the path of a file that holds one.
pub(super) fn pem(value: &Value) -> Read<String> {
    let pem = text(value)?;
    if pem.contains("-----BEGIN ") {
        return Ok(pem);
    }
    invalid("a PEM text", "there is no -----BEGIN …-----", Some("file(\"path.pem\") reads it from a file"))
}
