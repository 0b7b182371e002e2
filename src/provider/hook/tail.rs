//! The end of what a hook prints: however much it is, no more is held.

use std::collections::VecDeque;

/// So much is kept for people.
pub(super) const KEPT: usize = 4096;

/// The last bytes of a stream.
#[derive(Debug)]
pub(super) struct Tail {
    bytes: VecDeque<u8>,
    most: usize,
    cut: bool,
}

/// What was printed, as far as it was held.
#[derive(Debug)]
pub(super) struct Printed {
    /// The last bytes.
    pub bytes: Vec<u8>,
    /// Whether there were others before them.
    pub cut: bool,
}

impl Tail {
    /// Holds as much that, once secrets of up to `longest` bytes are taken out, what is kept is left.
    pub fn new(longest: usize) -> Self {
        Self { bytes: VecDeque::new(), most: KEPT + longest, cut: false }
    }

    /// Adds what came.
    pub fn push(&mut self, bytes: &[u8]) {
        let over = (self.bytes.len() + bytes.len()).saturating_sub(self.most);
        self.cut |= over > 0;
        self.bytes.drain(..over.min(self.bytes.len()));
        self.bytes.extend(&bytes[bytes.len().saturating_sub(self.most)..]);
    }

    /// What is held.
    pub fn printed(self) -> Printed {
        Printed { bytes: self.bytes.into(), cut: self.cut }
    }
}

/// The end of a text, at most [`KEPT`] bytes of it, from the beginning of a character.
pub(super) fn end(text: &str) -> &str {
    let from = text.len().saturating_sub(KEPT);
    let from = (from..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    &text[from..]
}
