//! `pair`.

use super::read::{one_of, text};
use super::reader::Reader;
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::estate::{Endpoints, EndpointsFormat, Kind, Pair, Side};

pub(super) fn decode(r: &Reader<'_>, active: Side) -> Option<Pair> {
    let primary = r.required_reference("primary", Kind::Cluster);
    let secondary = r.required_reference("secondary", Kind::Cluster);
    let endpoints = r.inner("endpoints", |r, _| endpoints(r));
    let (primary, secondary) = (primary?, secondary?);
    if primary == secondary {
        let fault = Diagnostic::error(Code::Conflict, format!("{} has the same cluster twice", r.what))
            .at(r.place_of("secondary"), "this is the primary too")
            .at(r.place_of("primary"), "the primary");
        r.fault(fault.help("a pair is two clusters, so that one is left when the other is lost"));
        return None;
    }
    Some(Pair { primary, secondary, active, endpoints })
}

/// Where a file lies, and how it is written: as the end of its path says, if nothing else does.
fn endpoints(r: &Reader<'_>) -> Option<Endpoints> {
    let path = r.required("path", text);
    let format = r.optional("format", one_of(EndpointsFormat::ALL.to_vec()));
    let path = path?;
    if r.has("format") {
        return Some(Endpoints { path, format: format? });
    }
    let Some(format) = EndpointsFormat::of_path(&path) else {
        let fault = Diagnostic::error(Code::Missing, format!("{} needs \"format\"", r.what))
            .at(r.place_of("path"), "its end is no format");
        r.fault(fault.help("format = \"properties\", \"env\" or \"json\""));
        return None;
    };
    Some(Endpoints { path, format })
}
