//! Records that differ between the sides, as they may be shown.

use crate::offsets::{Digest, Flow, Payload, Shown};
use crate::report::figures::counted;
use schemars::JsonSchema;
use serde::Serialize;

/// The records that differ, side by side; what they say only where it was asked for.
pub(super) fn text(flow: &Flow) -> String {
    let mut text = String::new();
    for mismatch in &flow.compared.mismatches {
        text += &format!("\n  {}-{}\n", mismatch.topic, mismatch.partition);
        text += &side(&flow.target.name, Some(&mismatch.target));
        text += &side(&flow.source.name, mismatch.source.as_ref());
    }
    text
}

fn side(cluster: &str, shown: Option<&Shown>) -> String {
    let Some(shown) = shown else { return format!("    {cluster}: nothing is left that it could be\n") };
    let Some(digest) = shown.digest else {
        return format!("    {cluster}: offset {}, which can't be read any more\n", shown.offset);
    };
    let time = shown.time.and_then(|time| jiff::Timestamp::from_millisecond(time).ok());
    let time = time.map_or_else(|| "no time".to_owned(), |time| time.to_string());
    let bytes = |what: &str, bytes: Option<usize>| match bytes {
        Some(bytes) => format!("{what} of {}", counted(bytes, "byte")),
        None => format!("no {what}"),
    };
    let mut line = format!(
        "    {cluster}: offset {}, {time}, {}, {}, {}, digest {}\n",
        shown.offset,
        bytes("key", shown.key),
        bytes("value", shown.value),
        counted(shown.headers, "header"),
        hex(digest)
    );
    if let Some(payload) = &shown.payload {
        let said = PayloadJson::of(payload);
        let part = |part: Option<String>| part.map_or_else(|| "null".to_owned(), |part| format!("{part:?}"));
        line += &format!("      key {}, value {}", part(said.key), part(said.value));
        for header in said.headers {
            line += &format!(", {} {}", header.name.escape_debug(), part(header.value));
        }
        line.push('\n');
    }
    line
}

/// The first 8 bytes of a digest: enough to tell two records apart by eye.
fn hex(digest: Digest) -> String {
    format!("{:016x}", digest.0 >> 64)
}

/// A record on the standby that is not what the active side holds there.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MismatchJson {
    /// The topic's name on the source.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The record on the target.
    pub target: ShownJson,
    /// The record of the source that was expected; absent if none is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<ShownJson>,
}

/// A record, by what it weighs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ShownJson {
    /// Its offset.
    pub offset: i64,
    /// Its timestamp in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<i64>,
    /// Bytes of its key; absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_bytes: Option<usize>,
    /// Bytes of its value; absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_bytes: Option<usize>,
    /// How many headers it has.
    pub headers: usize,
    /// The beginning of the digest of all of it, in hex; absent if it could not be read again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// What it says; only with `-show-payload`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<PayloadJson>,
}

/// What a record says, as text; bytes that are none are shown as U+FFFD.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PayloadJson {
    /// Its key.
    pub key: Option<String>,
    /// Its value.
    pub value: Option<String>,
    /// Its headers, in order.
    pub headers: Vec<HeaderJson>,
}

/// A header.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HeaderJson {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Option<String>,
}

impl PayloadJson {
    fn of(payload: &Payload) -> Self {
        let text =
            |bytes: &Option<Vec<u8>>| bytes.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let header = |(name, value): &(String, _)| HeaderJson { name: name.clone(), value: text(value) };
        Self {
            key: text(&payload.key),
            value: text(&payload.value),
            headers: payload.headers.iter().map(header).collect(),
        }
    }
}

impl ShownJson {
    fn of(shown: &Shown) -> Self {
        Self {
            offset: shown.offset,
            time: shown.time,
            key_bytes: shown.key,
            value_bytes: shown.value,
            headers: shown.headers,
            digest: shown.digest.map(hex),
            payload: shown.payload.as_ref().map(PayloadJson::of),
        }
    }
}

pub(super) fn json(flow: &Flow) -> Vec<MismatchJson> {
    let mismatch = |mismatch: &crate::offsets::Mismatch| MismatchJson {
        topic: mismatch.topic.clone(),
        partition: mismatch.partition,
        target: ShownJson::of(&mismatch.target),
        source: mismatch.source.as_ref().map(ShownJson::of),
    };
    flow.compared.mismatches.iter().map(mismatch).collect()
}
