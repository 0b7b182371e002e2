//! `fence`.

use super::application::{hook, required_hook};
use super::read::one_of;
use super::reader::Reader;
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::estate::{Fence, FenceMethod, Kind};

/// The means that need no hook.
#[derive(Clone, Copy)]
enum Means {
    Access,
    MaxMessageBytes,
    None,
}

pub(super) fn decode(r: &Reader<'_>) -> Option<Fence> {
    let pair = r.required_reference("pair", Kind::Pair);
    let hook = hook(r);
    let means = r.optional(
        "method",
        one_of(vec![
            ("access", Means::Access),
            ("max_message_bytes", Means::MaxMessageBytes),
            ("none", Means::None),
        ]),
    );
    let has_hook = r.has("exec") || r.has("webhook");
    let method = match (means, hook) {
        (Some(Means::Access), None) => Some(FenceMethod::Access),
        (Some(Means::MaxMessageBytes), None) => Some(FenceMethod::MaxMessageBytes),
        (Some(Means::None), None) => Some(FenceMethod::None),
        (None, Some(hook)) if !r.has("method") => Some(FenceMethod::Hook(hook)),
        _ => None,
    };
    if r.has("method") && has_hook {
        let fault = Diagnostic::error(Code::Conflict, format!("{} has a method and a hook", r.what));
        r.fault(fault.at(r.place_of("method"), "exec or webhook is a method by itself"));
    }
    if !r.has("method") && !has_hook {
        let fault = Diagnostic::error(Code::Missing, format!("{} needs \"method\"", r.what));
        let fault = fault.at(r.header.clone(), "method = … is missing");
        r.fault(
            fault.help("\"access\", \"max_message_bytes\" or \"none\"; or exec = [...], or webhook = \"…\""),
        );
    }
    let lift = r.inner("lift", |r, _| required_hook(r)).pop();
    if lift.is_some() && !has_hook {
        let fault = Diagnostic::error(Code::Conflict, format!("{} has lift and no hook", r.what));
        let fault = fault.at(r.header.clone(), "leeward itself takes a fence of a method down");
        r.fault(fault.help("lift belongs to exec or webhook: leave it out"));
    }
    Some(Fence { pair: pair?, method: method?, lift })
}
