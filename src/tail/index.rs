//! The list of an export's finished files: a line each, with its checksum before it.

use super::{Count, TailError};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A line of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Entry {
    /// The manifest: the first line.
    Manifest {
        /// SHA-256 of its file, in hex.
        sha256: String,
    },
    /// A segment that nothing is added to any more.
    Segment {
        /// Its number, from 1.
        number: u32,
        /// How many records it holds.
        records: u64,
        /// The length of its file.
        bytes: u64,
        /// SHA-256 of its file, in hex.
        sha256: String,
    },
    /// Offsets that retention took away before they could be exported.
    Gap(Gap),
    /// The export is whole: the last line.
    End {
        /// What was exported of each part of the manifest.
        parts: Vec<Count>,
    },
}

/// Offsets of a part that could not be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The part: a position in the manifest's list.
    pub part: u32,
    /// The first offset that is gone.
    pub from: i64,
    /// The first offset that is there again.
    pub to: i64,
}

/// A line: the CRC-32 of the JSON in hex, a space, the JSON.
pub(super) fn line(entry: &impl Serialize) -> Vec<u8> {
    // These types hold nothing that JSON can't.
    let json = serde_json::to_string(entry).unwrap_or_default();
    format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes())).into_bytes()
}

/// Reads lines. What a crash tore off the last one is left out; the answer tells how many bytes are whole.
pub(super) fn read<T: for<'a> Deserialize<'a>>(
    path: &Path,
    bytes: &[u8],
) -> Result<(Vec<T>, usize), TailError> {
    let (mut entries, mut whole) = (Vec::new(), 0);
    for (nth, text) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let is_last = whole + text.len() == bytes.len();
        match entry(text) {
            Some(entry) => entries.push(entry),
            None if is_last => break,
            None => return Err(TailError::damaged(path, format!("line {} is damaged", nth + 1))),
        }
        whole += text.len();
    }
    Ok((entries, whole))
}

fn entry<T: for<'a> Deserialize<'a>>(line: &[u8]) -> Option<T> {
    let text = std::str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
    let (crc, json) = text.split_once(' ')?;
    let is_whole = crc == format!("{:08x}", crc32fast::hash(json.as_bytes()));
    is_whole.then(|| serde_json::from_str(json).ok())?
}
