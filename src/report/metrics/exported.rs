//! From conditions to samples.

use super::families::{
    AGE, ALIVE, BEAT, BEAT_AGE, BUILD, CHANGED, CLUSTER, CONNECT, CONNECTOR, EPOCH, FAILED, FENCES, FINDINGS,
    GROUP_LAG, GROUP_MEMBERS, GROUP_PARTITIONS, GROUP_REPEATED, GROUP_REPEATED_IF_LOST, LAG, LAG_MOST, LOSS,
    LOSS_MOST, LOSS_SECONDS, MALFORMED, NAME, NAME_UP, OBJECTIVE, OBJECTIVE_MET, OBSTACLES, PAIR, READ_AT,
    READINGS, READY, SKEW, TASKS, TOOK, UNFOLLOWED, UNREAD,
};
use super::samples::Samples;
use crate::plan::Severity;
use crate::status::{
    Beat, ClusterStanding, Condition, GroupStanding, Mirroring, NameStanding, ObstacleKind, Review, Verdict,
};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// What the exporter tells of itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Readings {
    /// Readings that could be made.
    pub made: u64,
    /// Readings that could not be made at all: the configuration or the state could not be read.
    pub failed: u64,
    /// When the reading that is shown ended, and how long it took; none if there is none yet.
    pub last: Option<(Timestamp, Duration)>,
    /// The time now.
    pub now: Timestamp,
}

/// The last conditions that could be read, and what the exporter tells of itself, in Prometheus' text format.
pub fn metrics(conditions: &[Condition], readings: &Readings) -> String {
    let mut samples = Samples::default();
    samples.add(&BUILD, &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    for condition in conditions {
        pair(&mut samples, condition);
    }
    places(&mut samples, conditions);
    if let Some(review) = conditions.iter().find_map(|condition| condition.review.as_ref()) {
        estate(&mut samples, review);
    }
    exporter(&mut samples, readings);
    samples.text()
}

fn pair(samples: &mut Samples, condition: &Condition) {
    let pair = condition.pair.to_string();
    let of = [("pair", pair.as_str())];
    let (active, standby) = (&condition.active, &condition.standby);
    let side = active.side.to_string();
    let clusters = [&active.cluster, &standby.cluster].map(ToString::to_string);
    let roles = [of[0], ("active", &*clusters[0]), ("standby", &*clusters[1]), ("active_side", &*side)];
    samples.add(&PAIR, &roles, 1.0);
    samples.flag(&READY, &of, condition.ready);
    for kind in ObstacleKind::ALL {
        let number = condition.obstacles.iter().filter(|obstacle| obstacle.kind == kind).count();
        samples.add(&OBSTACLES, &[of[0], ("kind", kind.as_str())], number as f64);
    }
    samples.add(&EPOCH, &of, condition.epoch as f64);
    samples.add(&FENCES, &of, condition.pending_fences.len() as f64);
    loss(samples, condition, of[0]);
    for one in &condition.mirrorings {
        mirroring(samples, one, of[0]);
    }
    for name in &condition.names {
        authorities(samples, name, of[0]);
    }
}

fn loss(samples: &mut Samples, condition: &Condition, pair: (&str, &str)) {
    let loss = &condition.loss;
    if let Some(count) = loss.records.known() {
        samples.add(&LOSS, &[pair], count.likely as f64);
        samples.add(&LOSS_MOST, &[pair], count.at_most as f64);
    }
    if let Some(seconds) = loss.seconds.known() {
        samples.add(&LOSS_SECONDS, &[pair], *seconds);
    }
    if let Some(seconds) = loss.objective.seconds {
        samples.add(&OBJECTIVE, &[pair], seconds);
    }
    match loss.objective.verdict {
        Verdict::Met => samples.flag(&OBJECTIVE_MET, &[pair], true),
        Verdict::Missed => samples.flag(&OBJECTIVE_MET, &[pair], false),
        Verdict::None | Verdict::Unknown => {}
    }
}

fn mirroring(samples: &mut Samples, mirroring: &Mirroring, pair: (&str, &str)) {
    let replication = mirroring.replication.to_string();
    let of = [pair, ("replication", replication.as_str())];
    for connector in &mirroring.connectors {
        let connect = connector.connect.to_string();
        let labels = [
            of[0],
            of[1],
            ("connect", connect.as_str()),
            ("connector", connector.name.as_str()),
            ("part", connector.part.as_str()),
        ];
        if connector.fault.is_none() {
            samples.flag(&CONNECTOR, &labels, connector.is_healthy());
            samples.add(&TASKS, &labels, connector.tasks as f64);
            samples.add(&FAILED, &labels, connector.failed.len() as f64);
        }
    }
    if let Beat::Seen { at, age_seconds } = &mirroring.pulse.beat {
        samples.add(&BEAT, &of, at.as_millisecond() as f64 / 1_000.0);
        samples.add(&BEAT_AGE, &of, *age_seconds);
    }
    if let Some(alive) = mirroring.pulse.is_alive() {
        samples.flag(&ALIVE, &of, alive);
    }
    if let Some(skew) = mirroring.pulse.skew_seconds {
        samples.add(&SKEW, &of, skew);
    }
    for topic in &mirroring.topics {
        if let Some(count) = topic.records.known() {
            let labels = [of[0], of[1], ("topic", topic.topic.as_str())];
            samples.add(&LAG, &labels, count.likely as f64);
            samples.add(&LAG_MOST, &labels, count.at_most as f64);
        }
    }
    samples.add(&MALFORMED, &of, mirroring.malformed as f64);
    if let Some(unfollowed) = &mirroring.unfollowed {
        samples.add(&UNFOLLOWED, &of, unfollowed.len() as f64);
    }
    for one in mirroring.groups.iter().filter(|group| group.unknown.is_none()) {
        group(samples, one, of);
    }
}

fn group(samples: &mut Samples, group: &GroupStanding, of: [(&str, &str); 2]) {
    let labels = [of[0], of[1], ("group", group.group.as_str())];
    if let Some(lag) = group.lag {
        samples.add(&GROUP_LAG, &labels, lag as f64);
    }
    for (evidence, number) in
        [("exact", group.exact), ("rewinds", group.rewinds), ("uncovered", group.uncovered)]
    {
        let labels = [of[0], of[1], ("group", group.group.as_str()), ("evidence", evidence)];
        samples.add(&GROUP_PARTITIONS, &labels, number as f64);
    }
    if let Some(most) = group.repeated.at_most {
        samples.add(&GROUP_REPEATED, &labels, most as f64);
    }
    if let Some(most) = group.repeated_if_lost {
        samples.add(&GROUP_REPEATED_IF_LOST, &labels, most as f64);
    }
    samples.add(&GROUP_MEMBERS, &labels, group.members_on_standby as f64);
}

fn authorities(samples: &mut Samples, name: &NameStanding, pair: (&str, &str)) {
    let (record, rtype) = (name.record.to_string(), name.rtype.to_string());
    for answer in &name.answers {
        let labels = [
            pair,
            ("record", record.as_str()),
            ("name", name.name.as_str()),
            ("type", rtype.as_str()),
            ("authority", answer.authority.as_str()),
        ];
        samples.flag(&NAME_UP, &labels, answer.values.known().is_some());
        if let Some(agrees) = answer.agrees {
            samples.flag(&NAME, &labels, agrees);
        }
    }
}

/// A cluster may belong to several pairs, and is told once.
fn places(samples: &mut Samples, conditions: &[Condition]) {
    let clusters = conditions.iter().flat_map(|condition| [&condition.active, &condition.standby]);
    let clusters: BTreeMap<String, &ClusterStanding> =
        clusters.map(|cluster| (cluster.cluster.to_string(), cluster)).collect();
    let mut connects = BTreeMap::new();
    for (address, cluster) in &clusters {
        samples.flag(&CLUSTER, &[("cluster", address)], cluster.is_up());
        connects
            .extend(cluster.connects.iter().map(|connect| (connect.connect.to_string(), connect.is_up())));
    }
    for (address, is_up) in connects {
        samples.flag(&CONNECT, &[("connect", &address)], is_up);
    }
}

fn estate(samples: &mut Samples, review: &Review) {
    samples.add(&CHANGED, &[], review.changed.len() as f64);
    samples.add(&UNREAD, &[], review.unread.len() as f64);
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let open = review.findings.iter().filter(|finding| finding.ignored.is_none());
        let number = open.filter(|finding| finding.severity == severity).count();
        samples.add(&FINDINGS, &[("severity", &severity.to_string())], number as f64);
    }
}

fn exporter(samples: &mut Samples, readings: &Readings) {
    if let Some((at, took)) = readings.last {
        let age = (readings.now.as_millisecond() - at.as_millisecond()).max(0) as f64 / 1_000.0;
        samples.add(&READ_AT, &[], at.as_millisecond() as f64 / 1_000.0);
        samples.add(&AGE, &[], age);
        samples.add(&TOOK, &[], took.as_secs_f64());
    }
    samples.add(&READINGS, &[("outcome", "made")], readings.made as f64);
    samples.add(&READINGS, &[("outcome", "failed")], readings.failed as f64);
}
