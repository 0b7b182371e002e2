//! `application`, and the hooks that fences use too.

use super::name::url;
use super::read::{environment, list, some, some_time, text};
use super::reader::Reader;
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::estate::{Application, Call, Hook, Secret};
use std::time::Duration;

pub(super) fn decode(r: &Reader<'_>) -> Option<Application> {
    let groups = r.optional("groups", list(text)).unwrap_or_default();
    let [stop, start, drill] =
        ["stop", "start", "drill"].map(|name| r.inner(name, |r, _| required_hook(r)).pop());
    Some(Application { groups, stop, start, drill })
}

/// `exec` or `webhook`; an error if neither is there.
pub(super) fn required_hook(r: &Reader<'_>) -> Option<Hook> {
    if !r.has("exec") && !r.has("webhook") {
        let fault = Diagnostic::error(Code::Missing, format!("{} needs \"exec\" or \"webhook\"", r.what));
        let fault = fault.at(r.header.clone(), "neither is here");
        r.fault(fault.help("exec = [\"program\", \"argument\"], or webhook = \"https://…\""));
    }
    hook(r)
}

/// `exec` or `webhook`; nothing if neither is there.
pub(super) fn hook(r: &Reader<'_>) -> Option<Hook> {
    let exec = r.optional("exec", some(text));
    let webhook = r.guarded("webhook", |value| url(&value.clone().unmark_deep().0)).map(Secret::new);
    let environment = r.guarded("environment", environment).unwrap_or_default();
    let timeout = r.optional("timeout", some_time).unwrap_or(Duration::from_secs(60));
    if r.has("exec") && r.has("webhook") {
        let fault = Diagnostic::error(Code::Conflict, format!("{} has exec and webhook", r.what));
        r.fault(fault.at(r.place_of("webhook"), "either this").at(r.place_of("exec"), "or this"));
        return None;
    }
    if r.has("webhook") && r.has("environment") {
        let fault = Diagnostic::error(Code::Conflict, "environment is of no use with a webhook");
        r.fault(fault.at(r.place_of("environment"), "only a program has one"));
    }
    let call = match (exec, webhook) {
        (Some(command), _) => Call::Exec { command, environment },
        (None, Some(url)) => Call::Webhook { url },
        (None, None) => return None,
    };
    Some(Hook { call, timeout })
}
