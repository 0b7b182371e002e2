//! Figures in words.

use crate::report::figures::{counted, grouped, lasted};
use crate::status::{Beat, Count, Figure, Loss, Pulse, Verdict};
use jiff::Timestamp;

/// A number that can't be negative.
pub(super) fn number(number: i64) -> String {
    grouped(usize::try_from(number).unwrap_or_default())
}

/// `1,204 records`, `≈ 12 records (at most 87)`.
pub(super) fn records(count: Count) -> String {
    let likely = counted(usize::try_from(count.likely).unwrap_or_default(), "record");
    if count.is_exact() { likely } else { format!("≈ {likely} (at most {})", number(count.at_most)) }
}

/// A figure, or that it is unknown and why, with what it was before.
pub(super) fn figure<T>(figure: &Figure<T>, now: Timestamp, say: impl Fn(&T) -> String) -> String {
    match figure {
        Figure::Known(value) => say(value),
        Figure::Unknown { why, last: None } => format!("unknown ({why})"),
        Figure::Unknown { why, last: Some(last) } => {
            format!("unknown ({why}); {} {} ago", say(&last.value), lasted(age(last.at, now)))
        }
    }
}

/// How many seconds ago a moment was.
pub(super) fn age(at: Timestamp, now: Timestamp) -> f64 {
    (now.as_millisecond() - at.as_millisecond()).max(0) as f64 / 1_000.0
}

/// How old the last heartbeat is.
pub(super) fn pulse(pulse: &Pulse) -> String {
    match &pulse.beat {
        Beat::Unknown { why } => format!("unknown ({why})"),
        Beat::Never => "none has ever crossed".into(),
        Beat::Seen { age_seconds, .. } if pulse.is_alive() == Some(true) => {
            format!("{} old", lasted(*age_seconds))
        }
        Beat::Seen { at, age_seconds } => {
            format!("none crosses any more: the last one is {} old, of {at:.0}", lasted(*age_seconds))
        }
    }
}

/// What would be lost, and of which time.
pub(super) fn loss(loss: &Loss, now: Timestamp) -> String {
    let records = figure(&loss.records, now, |count| records(*count));
    match (&loss.records, &loss.seconds) {
        (Figure::Known(Count { at_most: 0, .. }), _) => "nothing".into(),
        (Figure::Known(_), Figure::Known(seconds)) => format!("{records} of the last {}", lasted(*seconds)),
        (Figure::Unknown { .. }, Figure::Known(seconds)) => {
            format!("all that was written in the last {}; records {records}", lasted(*seconds))
        }
        (_, Figure::Unknown { why, .. }) => match loss.since {
            Some(since) => {
                let ago = lasted(age(since, now));
                format!(
                    "all that was written after its last heartbeat, {since:.0} ({ago} ago); records {records}"
                )
            }
            None => format!("{records}; of how long is unknown ({why})"),
        },
    }
}

/// The objective and its verdict.
pub(super) fn objective(loss: &Loss) -> String {
    let Some(limit) = loss.objective.seconds else { return "no RPO is declared".into() };
    let verdict = match loss.objective.verdict {
        Verdict::Met => "✓",
        Verdict::Missed => "✗",
        Verdict::None | Verdict::Unknown => "?",
    };
    let limit = if limit < 120.0 { format!("{limit} s") } else { lasted(limit) };
    format!("RPO {limit} {verdict}")
}
