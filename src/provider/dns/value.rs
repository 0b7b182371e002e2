//! The data of a record as people write it, and as it travels.
//!
//! Names are compared without regard to case (RFC 4343) and always end in a dot, so the text made here is
//! canonical: two values are the same if and only if their texts are.

use crate::estate::RecordType;
use hickory_proto::rr::rdata::{A, AAAA, CNAME, SRV, TXT};
use hickory_proto::rr::{self, Name, RData};

/// Why a value does not fit its record type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadValue {
    /// The value can't be read as data of this type.
    #[error("{value:?} is no {record_type} value: {reason}")]
    Unreadable {
        /// The value as written.
        value: String,
        /// The record's type.
        record_type: RecordType,
        /// What was expected.
        reason: String,
    },
    /// The name is not a domain name.
    #[error("{name:?} is no domain name: {reason}")]
    Name {
        /// The name as written.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// RFC 2181, section 8: a TTL has 31 bits; some servers take more and then serve 0.
    #[error("TTL {0} s is out of range: a TTL is 0 to 2,147,483,647 seconds")]
    Ttl(u32),
}

/// The type as it travels.
pub const fn wire_type(rtype: RecordType) -> rr::RecordType {
    match rtype {
        RecordType::A => rr::RecordType::A,
        RecordType::Aaaa => rr::RecordType::AAAA,
        RecordType::Cname => rr::RecordType::CNAME,
        RecordType::Srv => rr::RecordType::SRV,
        RecordType::Txt => rr::RecordType::TXT,
    }
}

/// Reads an absolute domain name, in lower case; a missing last dot is added.
///
/// # Errors
/// [`BadValue::Name`] for an empty name, a label of more than 63 bytes, or bad characters.
pub fn name(text: &str) -> Result<Name, BadValue> {
    let bad = |reason: String| BadValue::Name { name: text.to_owned(), reason };
    if text.is_empty() {
        return Err(bad("it is empty".to_owned()));
    }
    let mut name = Name::from_str_relaxed(text).map_err(|e| bad(e.to_string()))?;
    name.set_fqdn(true);
    Ok(name.to_lowercase())
}

/// Checks that a TTL, in seconds, has 31 bits.
///
/// # Errors
/// [`BadValue::Ttl`] otherwise.
pub fn ttl(seconds: u32) -> Result<u32, BadValue> {
    if seconds <= 0x7fff_ffff { Ok(seconds) } else { Err(BadValue::Ttl(seconds)) }
}

/// Reads the data of one record.
///
/// # Errors
/// [`BadValue`] when the text does not fit the type.
pub fn parse(rtype: RecordType, text: &str) -> Result<RData, BadValue> {
    let bad = |reason: &str| BadValue::Unreadable {
        value: text.to_owned(),
        record_type: rtype,
        reason: reason.to_owned(),
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    match (rtype, words.as_slice()) {
        (RecordType::Txt, _) => {
            let strings = strings(text).map_err(bad)?;
            Ok(RData::TXT(TXT::from_bytes(strings.iter().map(Vec::as_slice).collect())))
        }
        (RecordType::A, [ip]) => {
            ip.parse().map(|ip| RData::A(A(ip))).map_err(|_| bad("an IPv4 address is expected"))
        }
        (RecordType::Aaaa, [ip]) => {
            ip.parse().map(|ip| RData::AAAA(AAAA(ip))).map_err(|_| bad("an IPv6 address is expected"))
        }
        (RecordType::Cname, [target]) => Ok(RData::CNAME(CNAME(name(target)?))),
        (RecordType::Srv, [priority, weight, port, target]) => {
            let number = |word: &str| word.parse::<u16>().map_err(|_| bad("numbers are 0 to 65535"));
            Ok(RData::SRV(SRV::new(number(priority)?, number(weight)?, number(port)?, name(target)?)))
        }
        (RecordType::Srv, _) => Err(bad("\"priority weight port target.\" is expected")),
        (RecordType::Cname, _) => Err(bad("one name is expected")),
        (RecordType::A | RecordType::Aaaa, _) => Err(bad("one address is expected")),
    }
}

/// The canonical text of a record's data: names in lower case, a TXT of one string without quotes.
pub fn text(data: &RData) -> String {
    match data {
        RData::CNAME(CNAME(target)) => canonical(target),
        RData::SRV(srv) => {
            format!("{} {} {} {}", srv.priority, srv.weight, srv.port, canonical(&srv.target))
        }
        RData::TXT(txt) => txt_text(&txt.txt_data),
        other => other.to_string(),
    }
}

/// The text of a record's data in a zone file: like [`text`], with the strings of a TXT always quoted.
pub fn zone_file_text(data: &RData) -> String {
    match data {
        RData::TXT(txt) => quoted(&txt.txt_data),
        other => text(other),
    }
}

/// A name in lower case with its last dot.
pub fn canonical(name: &Name) -> String {
    let mut name = name.to_lowercase();
    name.set_fqdn(true);
    name.to_ascii()
}

/// A TXT that was cut only because a string has at most 255 bytes is shown as the one text that it is.
fn txt_text(strings: &[Box<[u8]>]) -> String {
    let joined: Vec<u8> = strings.concat();
    let whole = strings.len() == 1 || joined.chunks(255).eq(strings.iter().map(AsRef::as_ref));
    match String::from_utf8(joined) {
        Ok(text) if whole && !text.starts_with('"') && !text.contains(char::is_control) => text,
        _ => quoted(strings),
    }
}

fn quoted(strings: &[Box<[u8]>]) -> String {
    let one = |bytes: &[u8]| {
        let escaped: String = bytes.iter().map(|byte| escape(*byte)).collect();
        format!("\"{escaped}\"")
    };
    strings.iter().map(|bytes| one(bytes)).collect::<Vec<_>>().join(" ")
}

fn escape(byte: u8) -> String {
    match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        0x20..=0x7e => char::from(byte).to_string(),
        other => format!("\\{other:03}"),
    }
}

/// The character strings of a TXT: quoted ones as in a zone file, or any other text as a whole, cut at 255 bytes.
fn strings(text: &str) -> Result<Vec<Vec<u8>>, &'static str> {
    if text.trim_start().starts_with('"') {
        return quoted_strings(text.as_bytes());
    }
    let whole = text.as_bytes();
    Ok(if whole.is_empty() { vec![Vec::new()] } else { whole.chunks(255).map(<[u8]>::to_vec).collect() })
}

fn quoted_strings(mut rest: &[u8]) -> Result<Vec<Vec<u8>>, &'static str> {
    let mut found = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        match rest.split_first() {
            None => return Ok(found),
            Some((b'"', inner)) => {
                let (string, behind) = quoted_string(inner)?;
                if string.len() > 255 {
                    return Err("one quoted string has at most 255 bytes");
                }
                found.push(string);
                rest = behind;
            }
            Some(_) => return Err("a quote is expected between strings"),
        }
    }
}

/// One string up to its closing quote, with `\"`, `\\` and `\DDD` resolved, and what stands behind it.
fn quoted_string(mut rest: &[u8]) -> Result<(Vec<u8>, &[u8]), &'static str> {
    let mut string = Vec::new();
    loop {
        rest = match rest {
            [b'"', behind @ ..] => return Ok((string, behind)),
            [b'\\', a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', behind @ ..] => {
                let code = [a, b, c].iter().fold(0u16, |code, digit| code * 10 + u16::from(**digit - b'0'));
                string.push(u8::try_from(code).map_err(|_| "an escape is \\000 to \\255")?);
                behind
            }
            [b'\\', other, behind @ ..] => {
                string.push(*other);
                behind
            }
            [other, behind @ ..] => {
                string.push(*other);
                behind
            }
            [] => return Err("a closing quote is missing"),
        };
    }
}
