//! Names of the world: topics, hosts, DNS names, URLs.

use super::read::{Read, invalid, of_type};
use crate::config::value::Value;
use crate::estate::RecordType;
use base64::Engine;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A topic's name: up to 249 letters, digits, `.`, `_` and `-` (Kafka's `Topic.validate`).
pub(in crate::config) fn topic(value: &Value) -> Read<String> {
    let needed = "a topic's name";
    let Some(text) = value.to_text() else { return of_type(needed, value) };
    let odd = text.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-'));
    match odd {
        _ if text.is_empty() => invalid(needed, "this is empty", None),
        _ if &*text == "." || &*text == ".." => invalid(needed, format!("Kafka refuses \"{text}\""), None),
        _ if text.len() > 249 => invalid(needed, format!("{} characters, Kafka takes 249", text.len()), None),
        Some(odd) => {
            let help = Some("Kafka takes letters, digits, `.`, `_` and `-`");
            invalid(needed, format!("`{odd}` is not possible in \"{text}\""), help)
        }
        None => Ok(text.to_string()),
    }
}

/// A Java regular expression or a name, for topics and groups. Only what is surely broken is refused.
pub(in crate::config) fn selector(value: &Value) -> Read<String> {
    let needed = "a name or a pattern";
    let Some(text) = value.to_text() else { return of_type(needed, value) };
    if text.is_empty() {
        return invalid(needed, "this is empty", None);
    }
    if text.contains(',') {
        return invalid(needed, "a comma separates patterns in MirrorMaker", Some("write two elements"));
    }
    // Lookaround and back-references are Java's only; everything else must be good here too.
    let java_only =
        ["(?=", "(?!", "(?<=", "(?<!", "\\1", "(?>", "++", "*+"].iter().any(|mark| text.contains(mark));
    match regex::Regex::new(&text) {
        Ok(_) => Ok(text.to_string()),
        Err(_) if java_only => Ok(text.to_string()),
        Err(_) if text.starts_with('*') => invalid(
            needed,
            "a pattern is a regular expression, not a glob",
            Some("\".*\" matches everything"),
        ),
        Err(_) => invalid(needed, format!("\"{text}\" is no regular expression"), None),
    }
}

/// `host:port`, the port perhaps left to a default.
pub(in crate::config) fn host_port(default: Option<u16>) -> impl Fn(&Value) -> Read<String> {
    move |value| {
        let needed = if default.is_some() { "host or host:port" } else { "host:port" };
        let Some(text) = value.to_text() else { return of_type(needed, value) };
        if text.contains("://") {
            return invalid(needed, "this is a URL", Some("without the scheme: \"kafka.example.com:9092\""));
        }
        let (host, port) = split_port(&text);
        let (Some(host), port) = (Some(host).filter(|host| is_host(host)), port) else {
            return invalid(needed, format!("\"{text}\" has no valid host"), None);
        };
        let given = port.map(|port| port.parse::<u16>().ok().filter(|port| *port > 0));
        match (given, default) {
            (Some(Some(port)), _) | (None, Some(port)) => Ok(format!("{host}:{port}")),
            (Some(None), _) => invalid(needed, format!("\"{text}\" has no port from 1 to 65535"), None),
            (None, None) => invalid(needed, "there is no port", Some("such as \"kafka.example.com:9092\"")),
        }
    }
}

/// The host and the port of a text; an IPv6 address stands in brackets.
fn split_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') && (!host.contains(':') || host.ends_with(']')) => {
            (host, Some(port))
        }
        _ => (text, None),
    }
}

fn is_host(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        }
    }
}

/// A host's name or address, without a port.
pub(in crate::config) fn host(value: &Value) -> Read<String> {
    let needed = "a host's name";
    let Some(text) = value.to_text() else { return of_type(needed, value) };
    match split_port(&text) {
        (host, None) if is_host(host) => Ok(text.to_string()),
        (_, Some(_)) => {
            invalid(needed, format!("\"{text}\" has a port"), Some("DNS points at hosts, not at ports"))
        }
        _ => invalid(needed, format!("\"{text}\" is none"), None),
    }
}

/// An `http` or `https` URL, without a slash at its end.
pub(in crate::config) fn url(value: &Value) -> Read<String> {
    let needed = "a URL";
    let Some(text) = value.to_text() else { return of_type(needed, value) };
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let Some(rest) = rest else {
        return invalid(needed, format!("\"{text}\" does not begin with http:// or https://"), None);
    };
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return invalid(
            needed,
            "a user and a password would be shown",
            Some("use basic_auth { username password }"),
        );
    }
    let (host, port) = split_port(authority);
    if !is_host(host) || port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return invalid(needed, "its host or port is not valid", None);
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// A DNS name, absolute and in lower case: every name here is absolute, the last dot may be left out.
pub(in crate::config) fn dns_name(value: &Value) -> Read<String> {
    let needed = "a DNS name";
    let Some(text) = value.to_text() else { return of_type(needed, value) };
    match absolute(&text) {
        Ok(name) => Ok(name),
        Err(reason) => invalid(needed, reason, None),
    }
}

/// RFC 1035: labels of 1 to 63 octets, 255 in all. `_` and a leading `*` are used in practice.
fn absolute(text: &str) -> Result<String, String> {
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    if name.is_empty() {
        return Err("this is empty".into());
    }
    if name.len() > 253 {
        return Err(format!("{} characters, DNS takes 253", name.len()));
    }
    for (index, label) in name.split('.').enumerate() {
        let plain = label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if label.is_empty() {
            return Err(format!("\"{text}\" has two dots in a row"));
        }
        if label.len() > 63 {
            return Err(format!("a label of {} characters, DNS takes 63", label.len()));
        }
        if !(plain || index == 0 && label == "*") || label.starts_with('-') || label.ends_with('-') {
            return Err(format!("\"{label}\" cannot be a label of a name"));
        }
    }
    Ok(format!("{name}."))
}

/// The data of a record of this type, in presentation form.
pub(in crate::config) fn record_value(rtype: RecordType) -> impl Fn(&Value) -> Read<String> {
    move |value| {
        let Some(text) = value.to_text() else { return of_type("a string", value) };
        let none = |needed: &str| invalid(needed, format!("this is \"{text}\""), None);
        match rtype {
            RecordType::A if text.parse::<Ipv4Addr>().is_err() => none("an IPv4 address"),
            RecordType::Aaaa if text.parse::<Ipv6Addr>().is_err() => none("an IPv6 address"),
            RecordType::Cname if text.parse::<std::net::IpAddr>().is_ok() => {
                invalid("a host's name", "a CNAME points at a name, this is an address", Some("type = \"A\""))
            }
            RecordType::Cname => dns_name(value),
            RecordType::Srv => match text.split_ascii_whitespace().collect::<Vec<_>>().as_slice() {
                [priority, weight, port, target]
                    if [priority, weight, port].iter().all(|n| n.parse::<u16>().is_ok())
                        && absolute(target).is_ok() =>
                {
                    Ok(format!("{priority} {weight} {port} {}", absolute(target).unwrap_or_default()))
                }
                _ => none("\"priority weight port target\""),
            },
            _ => Ok(rtype.normal(&text)),
        }
    }
}

/// A TSIG key (RFC 8945): base64 of at least 16 octets.
pub(in crate::config) fn tsig_key(value: &Value) -> Read<String> {
    let needed = "a TSIG key in base64";
    let Some(text) = value.to_text() else { return of_type(needed, value) };
    let help = Some("tsig-keygen or keymgr -t make one");
    match base64::engine::general_purpose::STANDARD.decode(text.trim().as_bytes()) {
        Err(_) => invalid(needed, "this is not base64", help),
        Ok(key) if key.len() < 16 => invalid(needed, "this is shorter than 16 bytes", help),
        Ok(_) => Ok(text.trim().to_owned()),
    }
}
