//! A tail: for people, and as JSON.

mod json;

use super::figures::{counted, grouped, sized};
use crate::tail::{Count, Course, Evidence, Found, Manifest, Part, Presence, Replay};
use jiff::Timestamp;

pub use json::{DiffJson, TailJson, diff_json, list_json};

/// So many partitions are shown one by one; the others are summed up.
const ROWS: usize = 40;

/// What is in a tail.
pub fn list(course: &Course, found: &Found, counts: &[Count]) -> String {
    let (source, target) = (&course.source.name, &course.target.name);
    let total = sum(counts);
    let topics = found.parts.iter().map(|part| &part.topic).collect::<std::collections::BTreeSet<_>>().len();
    let looked = format!("{}, {}", counted(topics, "topic"), counted(found.parts.len(), "partition"));
    if found.parts.is_empty() {
        return format!("{source} has no topic that is carried to {target}, so there is no tail.\n");
    }
    let mut text = if total.records == 0 {
        format!("Nothing is left: {target} got every record that {source} has ({looked}).\n")
    } else {
        format!(
            "{source} has {} ({}) that {target} never got, written {}.\n",
            counted(number(total.records), "record"),
            sized(total.bytes),
            span(&total)
        )
    };
    if total.records > 0 {
        text.push('\n');
        text.push_str(&rows(found, counts));
    }
    text.push_str(&remarks(course, found));
    if total.records > 0 && found.parts.iter().any(|part| part.evidence == Evidence::Connector) {
        text.push_str(&format!(
            "\nThe tail begins at the position that the connector committed to Connect. A worker that was killed has carried\n\
             a little more than it committed: `leeward tail diff {}` shows what is missing for sure.\n",
            course.pair.name
        ));
    }
    if total.records > 0 {
        let pair = &course.pair.name;
        text.push_str(&format!("\nTo keep them:  leeward tail export {pair} -out DIR\n"));
    }
    text
}

fn rows(found: &Found, counts: &[Count]) -> String {
    let head = ["TOPIC", "PARTITION", "RECORDS", "SIZE", "OFFSETS", "WRITTEN"].map(str::to_owned);
    let mut table = vec![head];
    let mut left: Vec<(&Part, &Count)> =
        found.parts.iter().zip(counts).filter(|(_, count)| count.records > 0).collect();
    let others = left.split_off(left.len().min(ROWS));
    for (part, count) in &left {
        table.push([
            part.topic.clone(),
            part.partition.to_string(),
            grouped(number(count.records)),
            sized(count.bytes),
            format!("{}–{}", part.first(), part.end - 1),
            span(count),
        ]);
    }
    let mut text = aligned(&table);
    if !others.is_empty() {
        let counts: Vec<Count> = others.iter().map(|(_, count)| **count).collect();
        let (rest, records) = (counted(others.len(), "more partition"), number(sum(&counts).records));
        text.push_str(&format!("  and {rest} with {}; -json shows all\n", counted(records, "record")));
    }
    text
}

/// How the beginning is known, and what is not there any more.
fn remarks(course: &Course, found: &Found) -> String {
    let (source, target) = (&course.source.name, &course.target.name);
    let mut text = String::new();
    let gone: i64 = found.parts.iter().map(Part::gone).sum();
    if gone > 0 {
        let offsets = counted(usize::try_from(gone).unwrap_or(usize::MAX), "offset");
        let is_sure = found.parts.iter().all(|part| part.gone() == 0 || part.evidence != Evidence::Target);
        let up_to = if is_sure { "" } else { "up to " };
        text.push_str(&format!(
            "\n! {up_to}{offsets} that {target} never got are gone from {source} as well: retention was faster.\n"
        ));
    }
    for (connector, fault) in &found.silent {
        text.push_str(&format!("\n? Connect does not say how far {connector} came: {}.\n", fault.message));
    }
    for connector in &found.gone {
        text.push_str(&format!(
            "\n? Connect has no connector {connector}, so it does not say how far that came.\n"
        ));
    }
    if found.parts.iter().any(|part| part.evidence == Evidence::Target) {
        text.push_str(&format!(
            "  So the beginning was found in what {target} holds: behind the last of its records that {source} has too.\n"
        ));
    }
    text
}

/// What was exported.
pub fn exported(manifest: &Manifest, counts: &[Count], folder: &str, gone: i64) -> String {
    let total = sum(counts);
    let mut text = format!(
        "{} ({}) of {} are in {folder}, checked and on the disk.\n",
        counted(number(total.records), "record"),
        sized(total.bytes),
        manifest.source.name
    );
    if gone > 0 {
        let offsets = counted(usize::try_from(gone).unwrap_or(usize::MAX), "offset");
        text.push_str(&format!("! {offsets} were taken away by retention before they could be read.\n"));
    }
    text.push_str(&format!("\nTo replay them:  leeward tail replay {folder} -to CLUSTER\n"));
    text
}

/// What a replay is going to do.
pub fn intent(replay: &Replay) -> String {
    let (cluster, total, all) = (&replay.to.name, replay.total(), replay.export.total());
    let mut text = format!(
        "leeward will write {} ({}) of {} to {cluster}, each once, marked by the header leeward.tail.\n\n",
        counted(number(total.records), "record"),
        sized(total.bytes),
        replay.export.manifest.source.name
    );
    let before = all.records - total.records - replay.left_out;
    if before > 0 {
        let done = counted(number(before), "record");
        text.push_str(&format!("  {done} were written before.\n\n"));
    }
    if replay.left_out > 0 {
        let there = counted(number(replay.left_out), "record");
        let verb = if replay.left_out == 1 { "is" } else { "are" };
        text.push_str(&format!("  {there} {verb} on {cluster} already and left out.\n\n"));
    }
    let mut by_topic = std::collections::BTreeMap::<(&str, &str), Count>::new();
    let parts = replay.export.manifest.parts.iter().zip(&replay.topics).zip(&replay.left);
    for ((part, topic), count) in parts.filter(|(_, count)| count.records > 0) {
        by_topic.entry((&part.topic, topic)).or_default().merge(count);
    }
    let mut table = vec![["FROM", "TO", "RECORDS", "SIZE", "WRITTEN"].map(str::to_owned)];
    for ((from, to), count) in &by_topic {
        let (records, size) = (grouped(number(count.records)), sized(count.bytes));
        table.push([(*from).to_owned(), (*to).to_owned(), records, size, span(count)]);
    }
    text.push_str(&aligned(&table));
    text
}

/// Which records are there already; `names` are the partitions on the source.
pub fn presence(names: &[String], parts: &[Presence], on: &str) -> String {
    let records: u64 = parts.iter().map(|part| part.records).sum();
    let present: u64 = parts.iter().map(|part| part.present).sum();
    if records == 0 {
        return "There is no tail to compare.\n".into();
    }
    let mut text = format!(
        "{on} has {} of the {} of this tail; {} missing.\n",
        grouped(number(present)),
        counted(number(records), "record"),
        match records - present {
            0 => "none is".into(),
            1 => "1 is".into(),
            more => format!("{} are", grouped(number(more))),
        }
    );
    let mut table = vec![["PARTITION", "RECORDS", "THERE", "MISSING", "FIRST MISSING"].map(str::to_owned)];
    let interesting = names.iter().zip(parts).filter(|(_, part)| !part.missing.is_empty());
    for (name, part) in interesting.take(ROWS) {
        table.push([
            name.clone(),
            grouped(number(part.records)),
            grouped(number(part.present)),
            grouped(part.missing.len()),
            part.missing.first().map_or(String::new(), |offset| format!("offset {offset}")),
        ]);
    }
    if table.len() > 1 {
        text.push('\n');
        text.push_str(&aligned(&table));
    }
    text
}

fn sum(counts: &[Count]) -> Count {
    let mut total = Count::default();
    counts.iter().for_each(|count| total.merge(count));
    total
}

fn number(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// A time to the millisecond; none if it is none that the calendar knows.
fn time(millis: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(millis).ok()
}

/// The first record's time, and how long after it the last one's is: `2026-03-01T02:08:41.204Z + 8.1 s`.
fn span(count: &Count) -> String {
    let (Some(first), Some(last)) = (count.first, count.last) else { return "unknown time".into() };
    let Some(begun) = time(first) else { return "unknown time".into() };
    match (last - first, last / 1000 - first / 1000) {
        (0, _) => format!("{begun:.3}"),
        (millis, ..120) => format!("{begun:.3} + {:.1} s", millis as f64 / 1000.0),
        (_, seconds @ ..7200) => format!("{begun:.3} + {} min", seconds / 60),
        (_, seconds @ ..172_800) => format!("{begun:.3} + {} h", seconds / 3600),
        (_, seconds) => format!("{begun:.3} + {} days", seconds / 86_400),
    }
}

/// A table with its columns aligned; numbers stand at their right.
fn aligned<const N: usize>(table: &[[String; N]]) -> String {
    let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let is_number = |cell: &str| cell.starts_with(|c: char| c.is_ascii_digit()) && !cell.contains('-');
    let mut text = String::new();
    for row in table {
        let mut line = String::from("  ");
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let right = at + 1 < N && table.get(1).is_some_and(|row| is_number(&row[at]));
            let cell = if right { format!("{cell:>width$}") } else { format!("{cell:<width$}") };
            line.push_str(&cell);
            line.push_str("  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
