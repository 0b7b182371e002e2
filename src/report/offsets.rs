//! Where groups stand, and where they would go on.

mod differ;

use super::figures::{counted, grouped};
use super::table::Columns;
use super::text;
use crate::estate::Fault;
use crate::offsets::{
    Answer, Basis, Cause, Evidence, Flow, Ground, Known, Position, Row, Teller, Timed, by_group,
};
use crate::plan::Finding;
use differ::MismatchJson;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// How wide findings are: they are read in logs, too.
const WIDTH: usize = 120;

/// A flow's groups for people: what the answers rest on, a line for each partition, a line for each group, what is doubtful.
pub fn text(flow: &Flow, rows: &[Row], findings: &[Finding]) -> String {
    let (source, target) = (&flow.source.name, &flow.target.name);
    let mut text = format!("{}: {source} (active) → {target} (standby), {}\n\n", flow.pair, flow.replication);
    text += &grounds(flow);
    if rows.is_empty() {
        return text + "\n" + &nobody(flow) + &doubtful(flow, findings);
    }
    let now = format!("NOW ON {}", target.to_uppercase());
    let mut columns = Columns::new(&[
        "GROUP",
        "TOPIC",
        ">PARTITION",
        ">POSITION",
        ">LAG",
        ">TRANSLATED",
        "EVIDENCE",
        ">REPEATED",
        &now,
    ]);
    for row in rows {
        columns.row([
            row.group.clone(),
            row.topic.clone(),
            row.partition.to_string(),
            row.position.map_or_else(|| "none".into(), position),
            row.lag.map_or_else(|| "?".into(), number),
            row.goes_on().map_or_else(|| "?".into(), number),
            row.timed
                .map(by_time)
                .unwrap_or_else(|| row.answer.as_ref().map_or_else(|| why_not(row).to_owned(), evidence)),
            match (&row.timed, &row.answer) {
                (Some(timed), _) => format!("≤ {}", number(timed.repeats_at_most)),
                (None, Some(answer)) => repeated(answer, row.position),
                (None, None) => "?".into(),
            },
            now_there(row),
        ]);
    }
    text + "\n" + &columns.lines(2) + "\n" + &groups(rows) + doubts(rows) + &doubtful(flow, findings)
}

/// What is doubtful, and the records that differ.
fn doubtful(flow: &Flow, findings: &[Finding]) -> String {
    let lines = text::findings(findings, WIDTH);
    let lines = lines.join("\n");
    let lines = lines.trim_end();
    let findings = if lines.is_empty() { String::new() } else { format!("\n{lines}\n") };
    findings + &differ::text(flow)
}

/// Why there is no row at all.
fn nobody(flow: &Flow) -> String {
    let (source, target) = (&flow.source.name, &flow.target.name);
    match flow.silence(&flow.source) {
        None => "No group that this replication follows has committed a position.\n".to_owned(),
        Some(_) => format!(
            "{source} does not answer, and MirrorMaker has left no checkpoint on {target}: where groups stood is not known.\n"
        ),
    }
}

/// What the answers rest on.
fn grounds(flow: &Flow) -> String {
    let mut columns = Columns::bare();
    let mut say = |what: &str, known: String| columns.row([what.to_owned(), known]);
    for cluster in [&flow.source, &flow.target] {
        if let Some(fault) = flow.silence(cluster) {
            say(&cluster.name, unknown(fault));
        }
    }
    say(
        "offset syncs",
        known(&flow.syncs, |syncs| {
            let (malformed, _) = syncs.malformed();
            let unreadable =
                if malformed == 0 { String::new() } else { format!(", {malformed} can't be read") };
            format!("{} read{unreadable}", grouped(usize::try_from(syncs.count()).unwrap_or(usize::MAX)))
        }),
    );
    say(
        "starts",
        match flow.starts.len() {
            0 => "none noted: the state knows of no beginning".to_owned(),
            noted => format!("of {} noted", counted(noted, "partition")),
        },
    );
    say(
        "connector",
        known(&flow.carried(), |carried| match carried {
            Some(carried) => {
                let partitions = carried.next.values().map(BTreeMap::len).sum();
                let state = if flow.is_stopped() { "stopped" } else { "not stopped" };
                format!("{state}, has committed how far it came in {}", counted(partitions, "partition"))
            }
            None => "not there".to_owned(),
        }),
    );
    if flow.compared.checked > 0 {
        let checked = counted(flow.compared.checked, "partition");
        let found = match flow.compared.mismatches.len() {
            _ if flow.compared.altered => "the connector's transforms may change records".to_owned(),
            0 => "all as on the active side".to_owned(),
            differing => format!("in {} a record differs", counted(differing, "partition")),
        };
        say("compared", format!("records of both sides in {checked}: {found}"));
    }
    columns.lines(2)
}

fn known<T>(known: &Known<T>, say: impl Fn(&T) -> String) -> String {
    match known {
        Ok(value) => say(value),
        Err(fault) => unknown(fault),
    }
}

fn unknown(fault: &Fault) -> String {
    format!("unknown: {}", fault.message)
}

fn number(number: i64) -> String {
    match usize::try_from(number) {
        Ok(number) => grouped(number),
        Err(_) => number.to_string(),
    }
}

fn position(position: Position) -> String {
    match position.told_by {
        Teller::Source => number(position.offset),
        Teller::Checkpoint(_) => format!("{} (checkpoint)", number(position.offset)),
    }
}

const fn by_checkpoint(position: Position) -> bool {
    matches!(position.told_by, Teller::Checkpoint(_))
}

fn why_not(row: &Row) -> &'static str {
    if row.position.is_none() { "no position to translate" } else { "the standby can't be read" }
}

/// How sure an answer is, in a few words.
pub fn evidence(answer: &Answer) -> String {
    match answer.evidence {
        Evidence::Exact(Ground::Presumed) => "exact, if nothing hides between two syncs".into(),
        Evidence::Exact(Ground::Ends) => "exact".into(),
        Evidence::Exact(Ground::Target) => "exact, the standby's records were read".into(),
        Evidence::Exact(Ground::Source) => "exact, the record was found on both sides".into(),
        Evidence::Rewinds { at_most, cause } => format!("rewinds ≤ {}: {}", number(at_most), because(cause)),
    }
}

const fn because(cause: Cause) -> &'static str {
    match cause {
        Cause::NotCarried => "records in between were not carried",
        Cause::CarriedTwice => "records were carried twice",
        Cause::NotCaughtUp => "a task has not caught up with its predecessor",
        Cause::NoAnchorBefore => "nothing is known before it",
        Cause::BeforeCutOver => "it stays where it was before the last change of roles",
        Cause::NoCheckpoint => "no checkpoint tells where it stood",
        Cause::NoAnchorAfter => "nothing is known behind it",
        Cause::Unread => "the standby's records were not read",
        Cause::Unclear => "records can't be told apart",
    }
}

/// How many records would be read again. What a group has read since its last checkpoint nobody can tell.
fn repeated(answer: &Answer, position: Option<Position>) -> String {
    let duplicates = answer.duplicates;
    if position.is_some_and(by_checkpoint) {
        return format!("≥ {}", number(duplicates.at_least));
    }
    let doubt = if duplicates.certain { "" } else { "*" };
    let sign = if duplicates.at_least == duplicates.at_most { "" } else { "≤ " };
    format!("{sign}{}{doubt}", number(duplicates.at_most))
}

/// Where the group stands on the standby now, against where it should.
fn now_there(row: &Row) -> String {
    let Some(now) = row.now else { return "none".into() };
    match row.goes_on().map(|offset| offset - now) {
        None | Some(0) => number(now),
        Some(back) if back > 0 => format!("{} ({} back)", number(now), number(back)),
        Some(ahead) => format!("{} ({} ahead)", number(now), number(-ahead)),
    }
}

/// What a star means, if there is one.
fn doubts(rows: &[Row]) -> &'static str {
    let mut answers = rows.iter().filter(|row| row.timed.is_none()).filter_map(|row| row.answer.as_ref());
    if answers.all(|answer| answer.duplicates.certain) {
        return "";
    }
    "* if no task restarted where the standby was not read; -prove reads more of it\n"
}

/// What a failover would mean for each group, as a whole.
fn groups(rows: &[Row]) -> String {
    by_group(rows).into_iter().map(|(group, rows)| whole(group, &rows)).collect()
}

fn whole(group: &str, rows: &[&Row]) -> String {
    if rows.iter().any(|row| row.timed.is_some()) {
        return whole_by_time(group, rows);
    }
    let answers: Vec<&Answer> = rows.iter().filter_map(|row| row.answer.as_ref()).collect();
    if answers.is_empty() {
        return format!("{group}: nothing can be said of {}\n", counted(rows.len(), "partition"));
    }
    let exact = answers.iter().filter(|answer| matches!(answer.evidence, Evidence::Exact(_))).count();
    let most: i64 = answers.iter().map(|answer| answer.duplicates.at_most).sum();
    let least: i64 = answers.iter().map(|answer| answer.duplicates.at_least).sum();
    let since = rows.iter().any(|row| row.position.is_some_and(by_checkpoint));
    let repeats = match (least, most) {
        (least, _) if since => {
            format!("at least {} repeated, and what it read since its last checkpoint", number(least))
        }
        (0, 0) => "nothing repeated".to_owned(),
        (least, most) if least == most => format!("{} repeated", number(most)),
        (_, most) => format!("at most {} repeated", number(most)),
    };
    let open = rows.len() - answers.len();
    let open =
        if open == 0 { String::new() } else { format!(", {} without an answer", counted(open, "partition")) };
    let anew = match rows.iter().filter(|row| row.begins_anew()).count() {
        0 => String::new(),
        partitions => format!(", from the first record in {}", counted(partitions, "partition")),
    };
    format!("{group}: {exact} of {} exact, {repeats}{anew}{open}\n", counted(rows.len(), "partition"))
}

fn whole_by_time(group: &str, rows: &[&Row]) -> String {
    let timed: Vec<Timed> = rows.iter().filter_map(|row| row.timed).collect();
    let skips: i64 = timed.iter().map(|timed| timed.skips_at_most).sum();
    let repeats: i64 = timed.iter().map(|timed| timed.repeats_at_most).sum();
    let skips = match skips {
        0 => "nothing skipped".to_owned(),
        skips => format!("may skip up to {}", number(skips)),
    };
    let partitions = counted(timed.len(), "partition");
    format!("{group}: by time in {partitions}, {skips}, at most {} repeated\n", number(repeats))
}

/// What an offset that was found by time is worth, in a few words.
fn by_time(timed: Timed) -> String {
    let time =
        jiff::Timestamp::from_millisecond(timed.time).map_or_else(|_| "?".into(), |time| time.to_string());
    match (timed.skips_at_most, timed.basis) {
        (0, Basis::Unread) => format!("by time {time}: no unread record is older"),
        (0, _) => format!("by time {time}: not past the translation"),
        (skips, Basis::Checkpoint) => {
            format!("by time {time} of a checkpoint: may skip up to {}", number(skips))
        }
        (skips, _) => format!("by time {time}: may skip up to {}", number(skips)),
    }
}

/// A flow's groups as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OffsetsJson {
    /// The version of this format.
    pub format: u32,
    /// The pair.
    pub pair: String,
    /// The replication.
    pub replication: String,
    /// The cluster that is mirrored from.
    pub source: String,
    /// The cluster that is mirrored to.
    pub target: String,
    /// When it was read.
    pub read_at: jiff::Timestamp,
    /// How many offset syncs were read; absent if they can't be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syncs: Option<u64>,
    /// How many records of the offset syncs topic could not be read.
    pub malformed: u64,
    /// Why something could not be read.
    pub faults: Vec<String>,
    /// What is doubtful.
    pub findings: Vec<Finding>,
    /// In how many partitions records of both sides were compared.
    pub compared: usize,
    /// Records that differ between the sides.
    pub mismatches: Vec<MismatchJson>,
    /// A row for each group, topic and partition.
    pub rows: Vec<RowJson>,
}

/// Where a group stands on one partition, and where it would go on.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RowJson {
    /// The group.
    pub group: String,
    /// The topic's name on the source.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The next offset that it reads on the source; absent if it has none, or nothing tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
    /// Whether the position is a checkpoint's, because the source does not answer.
    pub by_checkpoint: bool,
    /// Offsets of the source behind the position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag: Option<i64>,
    /// Where it would go on; absent if nothing can be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub translated: Option<i64>,
    /// Whether that is the true position, neither before nor past it.
    pub exact: bool,
    /// At most so many offsets before the true position; 0 if exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rewinds_at_most: Option<i64>,
    /// How sure that is, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// At least so many records would be read again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeated_at_least: Option<i64>,
    /// At most so many records would be read again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeated_at_most: Option<i64>,
    /// Whether no restart of a task can hide that would add to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeated_certain: Option<bool>,
    /// Where MirrorMaker's last checkpoint would have it go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<i64>,
    /// Where the group stands on the target now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<i64>,
    /// Where it would go on by time; only with `-by timestamp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_time: Option<TimedJson>,
}

/// Where a group would go on by time.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TimedJson {
    /// The next offset to read on the target.
    pub offset: i64,
    /// The time that the target was asked for, margin taken off, in milliseconds since 1970.
    pub time: i64,
    /// Whether all unread records of the source were looked at, so that nothing can be skipped.
    pub all_unread_seen: bool,
    /// At most so many records would be skipped.
    pub skips_at_most: i64,
    /// At most so many records would be read again.
    pub repeats_at_most: i64,
}

/// A flow's groups as JSON.
pub fn json(flow: &Flow, rows: &[Row], findings: &[Finding]) -> OffsetsJson {
    let faults = [flow.syncs.as_ref().err(), flow.checkpoints.as_ref().err()];
    let carried = flow.carried().err();
    OffsetsJson {
        format: 1,
        pair: flow.pair.to_string(),
        replication: flow.replication.to_string(),
        source: flow.source.to_string(),
        target: flow.target.to_string(),
        read_at: flow.observed.at,
        syncs: flow.syncs.as_ref().ok().map(crate::offsets::Syncs::count),
        malformed: flow.syncs.as_ref().map_or(0, |syncs| syncs.malformed().0),
        faults: faults.into_iter().flatten().chain(carried.as_ref()).map(ToString::to_string).collect(),
        findings: findings.to_vec(),
        compared: flow.compared.checked,
        mismatches: differ::json(flow),
        rows: rows.iter().map(row_json).collect(),
    }
}

fn row_json(row: &Row) -> RowJson {
    let answer = row.answer.as_ref();
    let rewinds = answer.map(|answer| match answer.evidence {
        Evidence::Exact(_) => 0,
        Evidence::Rewinds { at_most, .. } => at_most,
    });
    RowJson {
        group: row.group.clone(),
        topic: row.topic.clone(),
        partition: row.partition,
        position: row.position.map(|position| position.offset),
        by_checkpoint: row.position.is_some_and(by_checkpoint),
        lag: row.lag,
        translated: answer.map(|answer| answer.offset),
        exact: answer.is_some_and(|answer| matches!(answer.evidence, Evidence::Exact(_))),
        rewinds_at_most: rewinds,
        evidence: answer.map(evidence),
        repeated_at_least: answer.map(|answer| answer.duplicates.at_least),
        repeated_at_most: answer.map(|answer| answer.duplicates.at_most),
        repeated_certain: answer.map(|answer| answer.duplicates.certain),
        checkpoint: row.checkpoint,
        now: row.now,
        by_time: row.timed.map(|timed| TimedJson {
            offset: timed.offset,
            time: timed.time,
            all_unread_seen: timed.basis == Basis::Unread,
            skips_at_most: timed.skips_at_most,
            repeats_at_most: timed.repeats_at_most,
        }),
    }
}
