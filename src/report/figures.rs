//! Numbers as people read them: with units, and in groups of three digits.

/// A number in groups of three digits, `12,480`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of things, `1 topic`, `12,480 topics`; an `es` is added where English wants it.
pub fn counted(number: usize, noun: &str) -> String {
    let plural = match noun {
        _ if number == 1 => String::new(),
        noun if noun.ends_with("ch") || noun.ends_with('s') => "es".into(),
        _ => "s".into(),
    };
    format!("{} {noun}{plural}", grouped(number))
}

/// A time that passed, in the unit that tells enough: `0.8 s`, `34 s`, `12 min`, `5 h`, `12 d`.
pub fn lasted(seconds: f64) -> String {
    const UNITS: [(f64, f64, &str); 4] = [
        (120.0, 1.0, "s"),
        (7_200.0, 60.0, "min"),
        (172_800.0, 3_600.0, "h"),
        (f64::INFINITY, 86_400.0, "d"),
    ];
    if seconds < 10.0 {
        return format!("{seconds:.1} s");
    }
    let (_, unit, name) = UNITS.into_iter().find(|(below, ..)| seconds < *below).unwrap_or(UNITS[3]);
    format!("{:.0} {name}", (seconds / unit).floor())
}

/// How long something took, given in milliseconds: `83 ms`, `4.3 s`, `34 s`, `1m 32s`, `2h 05m`.
pub fn took(millis: i64) -> String {
    let millis = millis.max(0);
    match millis {
        0..100 => format!("{millis} ms"),
        100..9_950 => format!("{:.1} s", millis as f64 / 1_000.0),
        _ => match (millis + 500) / 1_000 {
            seconds @ 0..60 => format!("{seconds} s"),
            seconds @ 60..3_600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
            seconds => format!("{}h {:02}m", seconds / 3_600, seconds / 60 % 60),
        },
    }
}

/// A bound of so many seconds, as a policy says it: `30 s`, `5m`, `1h 30m`.
pub fn bound(seconds: u64) -> String {
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes}m"),
        (0, minutes, seconds) => format!("{minutes}m {seconds:02}s"),
        (hours, 0, _) => format!("{hours}h"),
        (hours, minutes, _) => format!("{hours}h {minutes:02}m"),
    }
}

/// A number of bytes, in binary units to a tenth: `812 B`, `41.2 KiB`.
pub fn sized(bytes: u64) -> String {
    match size(bytes) {
        Some(text) => text.trim_start_matches("about ").to_owned(),
        None => format!("{bytes} B"),
    }
}

/// A value with what it means, for fields whose name tells the unit: `604800000 (7d)`, `1073741824 (1 GiB)`.
pub fn explained(field: &str, value: &str) -> String {
    match meaning(field, value) {
        Some(meaning) => format!("{value} ({meaning})"),
        None => value.to_owned(),
    }
}

fn meaning(field: &str, value: &str) -> Option<String> {
    let number: i64 = value.parse().ok()?;
    let unit = field.rsplit('.').next()?;
    match (unit, u64::try_from(number)) {
        ("ms", Ok(milliseconds)) => duration(milliseconds),
        ("seconds" | "ttl", Ok(seconds)) => duration(seconds.saturating_mul(1000)),
        ("bytes", Ok(bytes)) => size(bytes),
        ("ms" | "bytes", Err(_)) if number == -1 && field.contains("retention") => Some("no limit".into()),
        _ => None,
    }
}

/// A duration in at most two units; none if it is no longer a help: zero, beyond 1,000 years, or not even.
fn duration(milliseconds: u64) -> Option<String> {
    const UNITS: [(u64, &str); 5] =
        [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];
    const THOUSAND_YEARS: u64 = 365_000 * 86_400_000;
    if !(1_000..=THOUSAND_YEARS).contains(&milliseconds) {
        return None;
    }
    let first = UNITS.iter().position(|(unit, _)| milliseconds >= *unit)?;
    let (unit, name) = UNITS[first];
    let mut text = format!("{}{name}", milliseconds / unit);
    let rest = milliseconds % unit;
    if let (Some((unit, name)), true) = (UNITS.get(first + 1), rest > 0) {
        if rest < *unit || !rest.is_multiple_of(*unit) {
            text.insert_str(0, "about ");
        }
        if rest >= *unit {
            text.push_str(&format!(" {}{name}", rest / unit));
        }
    }
    Some(text)
}

/// A size in binary units, to a tenth; none below 1 KiB and for the "no limit" of 2^63 - 1.
fn size(bytes: u64) -> Option<String> {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes == i64::MAX as u64 {
        return Some("no limit".into());
    }
    let exponent = (1..=6).rev().find(|exponent| bytes >> (10 * exponent) > 0)?;
    let tenths = (u128::from(bytes) * 10) >> (10 * exponent);
    let exact = (tenths << (10 * exponent)) == u128::from(bytes) * 10;
    let about = if exact { "" } else { "about " };
    let unit = UNITS[exponent - 1];
    Some(match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{about}{whole} {unit}"),
        (whole, tenth) => format!("{about}{whole}.{tenth} {unit}"),
    })
}
