//! The journal: append-only lines of JSON, each with a checksum that chains it to the line before.
//!
//! ```text
//! {"crc":"5d2f09ab","entry":{"format":1,"run":"7f3a", …}}
//! {"crc":"90c1e77d","entry":{"at":"2026-03-01T02:11:03Z","events":[{"started":{"step":0,"attempt":1}}]}}
//! ```
//!
//! The checksum is the CRC-32 of the entry's text, begun with the checksum of the line before: a line that is
//! missing or in another place is noticed like a damaged one. What happens together is one line, written and
//! synced at once, so that only the last line can be torn.

use super::{Entry, Header};
use std::fs::File;
use std::io::{self, Write as _};

const OPENING: &[u8] = b"{\"crc\":\"";
const MIDDLE: &[u8] = b"\",\"entry\":";
const CLOSING: &[u8] = b"}\n";
const CRC_LENGTH: usize = 8;

/// What a journal is written on.
pub trait Tape: Send {
    /// Adds a line at the end, and returns when it is on the disk.
    ///
    /// # Errors
    /// It may be there whole, in part or not at all: nothing more may be written before it was recovered.
    fn append(&mut self, line: &[u8]) -> io::Result<()>;
}

impl Tape for File {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        self.write_all(line)?;
        self.sync_data()
    }
}

/// A journal that is written.
pub struct Journal {
    tape: Box<dyn Tape>,
    crc: u32,
    broken: bool,
}

/// Why a journal can't be written or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The operating system did not let it be written.
    #[error("the journal can't be written: {0}; what was under way may be done or not")]
    Write(#[from] io::Error),
    /// An earlier write failed.
    #[error("the journal could not be written before, so nothing more is")]
    Broken,
    /// An entry can't be put into JSON.
    #[error("an entry can't be put into the journal: {0}")]
    Encode(#[from] serde_json::Error),
    /// Not even the first line is whole: nothing was begun.
    #[error("the journal ends before its first line does: the run had not begun anything")]
    Empty,
    /// A newer leeward wrote it.
    #[error(
        "the journal has format {found}, and this leeward knows formats up to {}: a newer one wrote it",
        Header::FORMAT
    )]
    Newer {
        /// The format that it has.
        found: u32,
    },
    /// A line before the last is damaged.
    #[error("line {line} of the journal is damaged, and lines follow it: it can't be trusted")]
    Damaged {
        /// The line, from 1.
        line: usize,
    },
}

/// What a journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// Its first line.
    pub header: Header,
    /// Its other lines.
    pub entries: Vec<Entry>,
    /// How many bytes of it are whole lines; what is behind them was torn off in the middle of a write.
    pub whole: usize,
    /// The checksum of the last whole line.
    crc: u32,
}

impl Journal {
    /// Begins a journal on an empty tape.
    ///
    /// # Errors
    /// The tape can't be written.
    pub fn begin(tape: Box<dyn Tape>, header: &Header) -> Result<Self, JournalError> {
        let mut journal = Self { tape, crc: 0, broken: false };
        journal.put(header)?;
        Ok(journal)
    }

    /// Goes on behind what was recorded; the tape ends there.
    pub fn resume(tape: Box<dyn Tape>, recording: &Recording) -> Self {
        Self { tape, crc: recording.crc, broken: false }
    }

    /// Writes an entry, and returns when it is on the disk.
    ///
    /// # Errors
    /// The tape can't be written; after that, nothing is.
    pub fn append(&mut self, entry: &Entry) -> Result<(), JournalError> {
        self.put(entry)
    }

    fn put(&mut self, value: &impl serde::Serialize) -> Result<(), JournalError> {
        if self.broken {
            return Err(JournalError::Broken);
        }
        let text = serde_json::to_vec(value)?;
        let crc = chained(self.crc, &text);
        let mut line = Vec::with_capacity(text.len() + 32);
        line.extend_from_slice(OPENING);
        line.extend_from_slice(format!("{crc:08x}").as_bytes());
        line.extend_from_slice(MIDDLE);
        line.extend_from_slice(&text);
        line.extend_from_slice(CLOSING);
        self.broken = true;
        self.tape.append(&line)?;
        self.broken = false;
        self.crc = crc;
        Ok(())
    }
}

impl Recording {
    /// Reads a journal; a last line that is torn is left out.
    ///
    /// # Errors
    /// A line before the last is damaged, the first is missing, or a newer leeward wrote it.
    pub fn read(bytes: &[u8]) -> Result<Self, JournalError> {
        let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').enumerate().peekable();
        let mut header = None;
        let (mut entries, mut whole, mut crc) = (Vec::new(), 0, 0);
        while let Some((index, line)) = lines.next() {
            let Some((text, own)) = intact(line, crc) else {
                if lines.peek().is_some() {
                    return Err(JournalError::Damaged { line: index + 1 });
                }
                break;
            };
            let damaged = |_| JournalError::Damaged { line: index + 1 };
            if header.is_none() {
                header = Some(read_header(text).map_err(damaged)??);
            } else {
                entries.push(serde_json::from_slice(text).map_err(damaged)?);
            }
            (crc, whole) = (own, whole + line.len());
        }
        let header = header.ok_or(JournalError::Empty)?;
        Ok(Self { header, entries, whole, crc })
    }
}

fn read_header(text: &[u8]) -> serde_json::Result<Result<Header, JournalError>> {
    #[derive(serde::Deserialize)]
    struct Format {
        format: u32,
    }
    let Format { format } = serde_json::from_slice(text)?;
    if format > Header::FORMAT {
        return Ok(Err(JournalError::Newer { found: format }));
    }
    serde_json::from_slice(text).map(Ok)
}

/// The entry's text and the checksum of a line, if the line is whole and follows one with checksum `previous`.
fn intact(line: &[u8], previous: u32) -> Option<(&[u8], u32)> {
    let (crc, rest) = line.strip_prefix(OPENING)?.split_at_checked(CRC_LENGTH)?;
    let text = rest.strip_prefix(MIDDLE)?.strip_suffix(CLOSING)?;
    let crc = u32::from_str_radix(std::str::from_utf8(crc).ok()?, 16).ok()?;
    (crc == chained(previous, text)).then_some((text, crc))
}

fn chained(previous: u32, text: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(previous);
    hasher.update(text);
    hasher.finalize()
}
