//! `failover_policy`.

use super::read::{some_time, text};
use super::reader::Reader;
use crate::estate::{Approval, FailoverPolicy, Kind};
use std::collections::BTreeMap;

pub(super) fn decode(r: &Reader<'_>) -> Option<FailoverPolicy> {
    let pair = r.required_reference("pair", Kind::Pair);
    let applications = r.references("applications", Kind::Application).unwrap_or_default();
    let fence = r.reference("fence", Kind::Fence);
    let rpo = r.optional("rpo", super::read::duration);
    let rto = r.optional("rto", some_time);
    let guards = r.inner("guard", |r, label| {
        let limits: Option<BTreeMap<String, String>> =
            r.names().into_iter().map(|name| Some((name.to_owned(), r.optional(name, text)?))).collect();
        Some((label?.to_owned(), limits?))
    });
    let approvals = r.inner("approve", |r, label| {
        let timeout = r.optional("timeout", some_time);
        Some((label?.to_owned(), Approval { timeout }))
    });
    Some(FailoverPolicy {
        pair: pair?,
        applications,
        fence,
        rpo,
        rto,
        guards: guards.into_iter().collect(),
        approvals: approvals.into_iter().collect(),
    })
}
