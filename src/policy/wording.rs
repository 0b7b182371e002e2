//! How rules write lists and spans of time.

use std::time::Duration;

/// The first few names, and how many more there are: `a, b, c and 4 more`.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 5;
    let names: Vec<&str> = names.into_iter().collect();
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// `1 topic`, `3 topics`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A span in its largest whole unit: `7d`, `5m`, `1500ms`.
pub(super) fn span(duration: Duration) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let milliseconds = duration.as_millis();
    units
        .iter()
        .find(|(_, unit)| milliseconds >= *unit && milliseconds.is_multiple_of(*unit))
        .map_or_else(|| format!("{milliseconds}ms"), |(name, unit)| format!("{}{name}", milliseconds / unit))
}

/// The Kafka release that a version is: `3.7.1`, `3.9.0-rc3`; Confluent's `7.7.1-ccs` is 3.7.1 (their 7.x and 8.x are
/// Kafka's 3.x and 4.x).
pub(super) fn kafka_release(version: &str) -> Option<(u32, u32, u32)> {
    let (numbers, suffix) = version.split_once('-').unwrap_or((version, ""));
    let mut numbers = numbers.split('.').map(str::parse::<u32>);
    let mut next = || numbers.next()?.ok();
    let (major, minor, patch) = (next()?, next()?, next()?);
    let confluent = suffix.starts_with("ccs") || suffix.starts_with("ce");
    match major {
        6 if confluent => Some((2, minor + 6, patch)),
        7.. if confluent => Some((major - 4, minor, patch)),
        _ => Some((major, minor, patch)),
    }
}
