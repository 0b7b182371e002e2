//! A segment: a file of frames, each a length, a checksum and a record.

use super::TailError;
use super::frame::{Kept, decode};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// What a segment begins with: a name and the version of the format.
pub(super) const OPENING: &[u8; 8] = b"LWTAIL\0\x01";
/// Before each record: its length and its CRC-32.
pub(super) const FRAME: usize = 8;
/// No frame is longer: Kafka's records are below 2 GiB.
const LONGEST: u32 = 1 << 31;

/// Puts a frame around a record that was encoded behind `FRAME` empty bytes.
pub(super) fn seal(frame: &mut [u8]) {
    let (head, body) = frame.split_at_mut(FRAME);
    head[..4].copy_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes());
    head[4..].copy_from_slice(&crc32fast::hash(body).to_be_bytes());
}

/// The frames of a segment, in order.
pub(super) struct Frames {
    file: BufReader<File>,
    /// How many bytes were read as whole frames.
    pub whole: u64,
    body: Vec<u8>,
}

/// What follows in a segment.
pub(super) enum Next {
    /// A record.
    Record(Kept),
    /// Nothing.
    End,
    /// Something that is no whole frame.
    Torn,
}

impl Frames {
    /// Opens a segment; none if not even its opening is whole.
    pub fn open(path: &Path) -> io::Result<Option<Self>> {
        let mut file = BufReader::with_capacity(1 << 18, File::open(path)?);
        let mut opening = [0; OPENING.len()];
        let read = fill(&mut file, &mut opening)?;
        let is_whole = read == OPENING.len() && opening == *OPENING;
        Ok(is_whole.then(|| Self { file, whole: OPENING.len() as u64, body: Vec::new() }))
    }

    /// What follows.
    pub fn next(&mut self) -> io::Result<Next> {
        let mut head = [0; FRAME];
        match fill(&mut self.file, &mut head)? {
            0 => return Ok(Next::End),
            FRAME => {}
            _ => return Ok(Next::Torn),
        }
        let [a, b, c, d, crc @ ..] = head;
        let length = u32::from_be_bytes([a, b, c, d]);
        if length > LONGEST {
            return Ok(Next::Torn);
        }
        self.body.clear();
        let read = (&mut self.file).take(u64::from(length)).read_to_end(&mut self.body)?;
        if read as u64 != u64::from(length) || crc32fast::hash(&self.body) != u32::from_be_bytes(crc) {
            return Ok(Next::Torn);
        }
        let Some(record) = decode(&self.body) else { return Ok(Next::Torn) };
        self.whole += (FRAME + self.body.len()) as u64;
        Ok(Next::Record(record))
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < buffer.len() {
        match file.read(&mut buffer[read..])? {
            0 => break,
            more => read += more,
        }
    }
    Ok(read)
}

/// SHA-256 of a file, in hex.
pub(super) fn sha256(path: &Path) -> Result<String, TailError> {
    let mut file = File::open(path).map_err(TailError::file(path))?;
    let mut hash = Sha256::new();
    io::copy(&mut file, &mut hash).map_err(TailError::file(path))?;
    Ok(hex(&hash.finalize()))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
