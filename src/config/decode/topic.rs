//! `topic`.

use super::home;
use super::name;
use super::read::{one_of, settings, whole};
use super::reader::Reader;
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::estate::{Home, OnRemove, Side, Topic, TopicOverride};
use std::collections::BTreeMap;

pub(super) fn decode(r: &Reader<'_>, label: &str) -> Option<Topic> {
    let name = r.optional("name", name::topic).or_else(|| (!r.has("name")).then(|| label.to_owned()));
    let home = home(r);
    let partitions = r.required("partitions", whole(1, 1_000_000));
    let replication_factor = r.required("replication_factor", whole(1, 100));
    let config = r.optional("config", settings).unwrap_or_default();
    let on_remove = one_of(vec![("forget", OnRemove::Forget), ("delete", OnRemove::Delete)]);
    let on_remove = r.optional("on_remove", on_remove).unwrap_or_default();
    let overrides: BTreeMap<Side, TopicOverride> = r.inner("side", side).into_iter().collect();
    if matches!(home, Some(Home::Cluster(_))) && !overrides.is_empty() {
        let fault = Diagnostic::error(Code::Conflict, format!("{} has no sides", r.what))
            .at(r.place_of("cluster"), "it lives on one cluster");
        r.fault(fault.help("side \"…\" says what differs on one cluster of a pair"));
    }
    Some(Topic {
        name: name?,
        home: home?,
        partitions: partitions?,
        replication_factor: replication_factor?,
        config,
        overrides,
        on_remove,
    })
}

fn side(r: &Reader<'_>, label: Option<&str>) -> Option<(Side, TopicOverride)> {
    let side = match label {
        Some("primary") => Side::Primary,
        Some("secondary") => Side::Secondary,
        _ => {
            let label = label.unwrap_or_default();
            let fault = Diagnostic::error(Code::Labels, format!("there is no side \"{label}\""));
            r.fault(fault.at(r.header.clone(), "a side is \"primary\" or \"secondary\""));
            return None;
        }
    };
    let replication_factor = r.optional("replication_factor", whole(1, 100));
    let config = r.optional("config", settings).unwrap_or_default();
    Some((side, TopicOverride { replication_factor, config }))
}
