//! `dns_record`.

use super::name::{dns_name, record_value};
use super::read::{Read, duration, invalid, one_of, some};
use super::reader::Reader;
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::value::Value;
use crate::estate::{DnsRecord, Kind, RecordType};

/// The longest time to live (RFC 2181, section 8).
const LONGEST: i64 = i32::MAX as i64;

pub(super) fn decode(r: &Reader<'_>) -> Option<DnsRecord> {
    let dns = r.required_reference("dns", Kind::Dns);
    let zone = r.required("zone", dns_name);
    let name = r.required("name", dns_name);
    let rtype = r.required("type", one_of(RecordType::ALL.iter().map(|t| (t.as_str(), *t)).collect()));
    let ttl = r.required("ttl", ttl);
    let values = match rtype {
        Some(rtype) => r.required("values", some(record_value(rtype))),
        None => None,
    };
    if let (Some(zone), Some(name)) = (&zone, &name)
        && name != zone
        && !name.ends_with(&format!(".{zone}"))
    {
        let fault = Diagnostic::error(Code::Invalid, format!("{name} does not lie in the zone {zone}"));
        let fault =
            fault.at(r.place_of("name"), "names are absolute here").at(r.place_of("zone"), "the zone");
        r.fault(fault.help(format!("\"{name}{zone}\"")));
    }
    if rtype == Some(RecordType::Cname) && values.as_ref().is_some_and(|values| values.len() > 1) {
        let fault = Diagnostic::error(Code::Invalid, "a CNAME has one value");
        r.fault(fault.at(r.place_of("values"), "more than one (RFC 1034, section 3.6.2)"));
    }
    if rtype == Some(RecordType::Cname) && zone.is_some() && zone == name {
        let fault = Diagnostic::error(Code::Invalid, "a zone itself cannot be a CNAME");
        let fault = fault
            .at(r.place_of("name"), "this is the zone, which has other records (RFC 1034, section 3.6.2)");
        r.fault(fault.help("a name in the zone, or type = \"A\""));
    }
    Some(DnsRecord {
        dns: dns?,
        zone: zone?,
        name: name?,
        rtype: rtype?,
        ttl: ttl?,
        values: values?.into_iter().collect(),
    })
}

/// Seconds, or a duration.
fn ttl(value: &Value) -> Read<u32> {
    let needed = "a number of seconds";
    let seconds = match value.to_integer() {
        Some(seconds) => seconds,
        None => i64::try_from(duration(value)?.as_secs()).unwrap_or(i64::MAX),
    };
    match u32::try_from(seconds) {
        Ok(ttl) if seconds <= LONGEST => Ok(ttl),
        _ => invalid(needed, format!("{seconds} is not between 0 and {LONGEST}"), None),
    }
}
