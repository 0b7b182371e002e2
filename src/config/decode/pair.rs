//! `pair`.

use super::reader::Reader;
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::estate::{Kind, Pair, Side};

pub(super) fn decode(r: &Reader<'_>, active: Side) -> Option<Pair> {
    let primary = r.required_reference("primary", Kind::Cluster);
    let secondary = r.required_reference("secondary", Kind::Cluster);
    let (primary, secondary) = (primary?, secondary?);
    if primary == secondary {
        let fault = Diagnostic::error(Code::Conflict, format!("{} has the same cluster twice", r.what))
            .at(r.place_of("secondary"), "this is the primary too")
            .at(r.place_of("primary"), "the primary");
        r.fault(fault.help("a pair is two clusters, so that one is left when the other is lost"));
        return None;
    }
    Some(Pair { primary, secondary, active })
}
