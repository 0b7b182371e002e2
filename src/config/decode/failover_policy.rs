//! `failover_policy`.

use super::read::{some_time, text};
use super::reader::Reader;
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::source::Place;
use crate::config::suggestion::{listed, nearest};
use crate::estate::{Address, Approval, FailoverPolicy, GUARDS, Kind, KnownGuard, Moves};
use std::cell::RefCell;
use std::collections::BTreeMap;

pub(super) fn decode(r: &Reader<'_>) -> Option<FailoverPolicy> {
    let moves = moves(r);
    let applications = r.references("applications", Kind::Application).unwrap_or_default();
    let fence = r.reference("fence", Kind::Fence);
    let rpo = r.optional("rpo", super::read::duration);
    let rto = r.optional("rto", some_time);
    let guards = r.inner("guard", guard);
    let approvals = r.inner("approve", |r, label| {
        let timeout = r.optional("timeout", some_time);
        Some((label?.to_owned(), Approval { timeout }))
    });
    Some(FailoverPolicy {
        moves: moves?,
        applications,
        fence,
        rpo,
        rto,
        guards: guards.into_iter().collect(),
        approvals: approvals.into_iter().collect(),
    })
}

/// `pair = …` or `wave { … }`, and not both.
fn moves(r: &Reader<'_>) -> Option<Moves> {
    let pair = r.reference("pair", Kind::Pair);
    let known = RefCell::default();
    let waves = r.inner("wave", |r, _| wave(r, &known));
    match (r.has("pair"), r.has_block("wave")) {
        (true, true) => {
            let fault = Diagnostic::error(Code::Conflict, format!("{} has a pair and waves", r.what))
                .at(r.place_of("pair"), "either this, or waves");
            r.fault(fault.help("put the pair into a wave, and what is said of it into a policy of its own"));
            None
        }
        (false, false) => {
            let fault = Diagnostic::error(Code::Missing, format!("{} moves no pair", r.what))
                .at(r.header.clone(), "neither a pair nor a wave is here");
            r.fault(fault.help("pair = pair.name; or wave { pairs = [pair.name] }, once for each wave"));
            None
        }
        (true, false) => pair.map(Moves::Pair),
        (false, true) => {
            only_of_waves(r);
            Some(Moves::Waves(waves))
        }
    }
}

/// What belongs to one pair is said once, where the pair's own policy says it.
fn only_of_waves(r: &Reader<'_>) {
    let given = ["applications", "fence", "rpo"].into_iter().filter(|name| r.has(name));
    for name in given.chain(["guard", "approve"].into_iter().filter(|name| r.has_block(name))) {
        let fault =
            Diagnostic::error(Code::Conflict, format!("{} moves waves, and can't have {name}", r.what))
                .at(r.place_of(name), "this is a pair's");
        r.fault(
            fault.help("say it in the failover_policy of each pair; a policy of waves has an rto at most"),
        );
    }
}

/// The pairs of a wave; `known` holds those of all waves.
fn wave(r: &Reader<'_>, known: &RefCell<BTreeMap<Address, Place>>) -> Option<Vec<Address>> {
    let pairs = r.required_references("pairs", Kind::Pair)?;
    if pairs.is_empty() {
        let fault = Diagnostic::error(Code::Invalid, format!("{} moves no pair", r.what));
        r.fault(fault.at(r.place_of("pairs"), "this is empty"));
        return None;
    }
    for pair in &pairs {
        let place = r.place_of("pairs");
        if let Some(first) = known.borrow_mut().insert(pair.clone(), place.clone()) {
            let fault = Diagnostic::error(Code::Duplicate, format!("{pair} is moved twice"))
                .at(place, "the second time")
                .at(first, "the first time");
            r.fault(fault.help("a pair belongs into one wave"));
        }
    }
    Some(pairs)
}

fn guard(r: &Reader<'_>, label: Option<&str>) -> Option<(String, BTreeMap<String, String>)> {
    let label = label?;
    let Some(known) = GUARDS.iter().find(|guard| guard.name == label) else {
        let names = || GUARDS.iter().map(|guard| guard.name);
        let fault = Diagnostic::error(Code::Invalid, format!("there is no guard \"{label}\""))
            .at(r.header.clone(), "no guard is called so");
        r.fault(fault.help(match nearest(label, names()) {
            Some(near) => format!("there is \"{near}\"; all guards are {}", listed(names())),
            None => format!("guards are {}", listed(names())),
        }));
        return None;
    };
    let limits = r.names().into_iter().map(|name| limit(r, known, name));
    // All of them are read before the first that does not fit ends it.
    let limits: Vec<Option<(String, String)>> = limits.collect();
    Some((label.to_owned(), limits.into_iter().collect::<Option<_>>()?))
}

fn limit(r: &Reader<'_>, guard: &KnownGuard, name: &str) -> Option<(String, String)> {
    if !guard.limits.contains(&name) {
        let fault = Diagnostic::error(
            Code::UnknownAttribute,
            format!("guard \"{}\" has no limit {name}", guard.name),
        )
        .at(r.place_of(name), "unknown");
        r.fault(fault.help(match guard.limits {
            [] => "it has none: it holds, or it does not".to_owned(),
            limits => format!("it has {}", listed(limits.iter().copied())),
        }));
        return None;
    }
    Some((name.to_owned(), r.optional(name, text)?))
}
