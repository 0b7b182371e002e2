//! `replication`.

use super::name::selector;
use super::read::{list, one_of, settings, some, some_time, text, truth, whole};
use super::reader::Reader;
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::estate::{Kind, MirrorMaker, Naming, Replication, Selector};

pub(super) fn decode(r: &Reader<'_>) -> Option<Replication> {
    let pair = r.required_reference("pair", Kind::Pair);
    let selectors = |texts: Vec<String>| texts.into_iter().map(Selector).collect::<Vec<_>>();
    let topics = r.required("topics", some(selector)).map(selectors);
    let topics_exclude = r.optional("topics_exclude", list(selector)).map(selectors).unwrap_or_default();
    let groups = r.optional("groups", list(selector)).map(selectors).unwrap_or_default();
    let naming = naming(r);
    let mirror_maker = r.inner("mirror_maker", |r, _| Some(mirror_maker(r))).pop().unwrap_or_default();
    Some(Replication { pair: pair?, topics: topics?, topics_exclude, groups, naming, mirror_maker })
}

fn naming(r: &Reader<'_>) -> Naming {
    let prefixed =
        r.optional("naming", one_of(vec![("identity", false), ("prefixed", true)])).unwrap_or(false);
    let separator = r.optional("separator", text);
    if !prefixed && r.has("separator") {
        let fault = Diagnostic::error(Code::Conflict, "separator is of no use with the identity naming");
        r.fault(
            fault
                .at(r.place_of("separator"), "nothing is put in front of a name")
                .help("naming = \"prefixed\""),
        );
    }
    if prefixed {
        Naming::Prefixed { separator: separator.unwrap_or_else(|| ".".to_owned()) }
    } else {
        Naming::Identity
    }
}

fn mirror_maker(r: &Reader<'_>) -> MirrorMaker {
    let default = MirrorMaker::default();
    let interval = |name, otherwise| r.optional(name, some_time).unwrap_or(otherwise);
    MirrorMaker {
        tasks_max: r.optional("tasks_max", whole(1, 10_000)).unwrap_or(default.tasks_max),
        sync_group_offsets: r.optional("sync_group_offsets", truth).unwrap_or(default.sync_group_offsets),
        replication_factor: r
            .optional("replication_factor", whole(1, 100))
            .unwrap_or(default.replication_factor),
        refresh_topics_interval: interval("refresh_topics_interval", default.refresh_topics_interval),
        refresh_groups_interval: interval("refresh_groups_interval", default.refresh_groups_interval),
        emit_checkpoints_interval: interval("emit_checkpoints_interval", default.emit_checkpoints_interval),
        sync_group_offsets_interval: interval(
            "sync_group_offsets_interval",
            default.sync_group_offsets_interval,
        ),
        emit_heartbeats_interval: interval("emit_heartbeats_interval", default.emit_heartbeats_interval),
        offset_syncs_retention: interval("offset_syncs_retention", default.offset_syncs_retention),
        config: r.optional("config", settings).unwrap_or_default(),
    }
}
