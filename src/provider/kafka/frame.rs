//! Kafka's wire format, as far as the few messages need it that leeward writes and reads by itself: fields of fixed
//! length, texts and lists of the versions before KIP-482, and the compact ones since.

use krafka::__private::util::varint::{decode_unsigned_varint, encode_unsigned_varint};
use krafka::{KrafkaError, ProtocolErrorKind, Result};

/// A message being written.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub fn i8(&mut self, number: i8) {
        self.0.extend(number.to_be_bytes());
    }

    /// A list: its length, then its items.
    pub fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T) -> Result<()>) -> Result<()> {
        let length = i32::try_from(items.len()).map_err(|_| too_long())?;
        self.0.extend(length.to_be_bytes());
        items.iter().try_for_each(|each| item(self, each))
    }

    /// A text; an error for one that is longer than Kafka's texts can be.
    pub fn text(&mut self, text: &str) -> Result<()> {
        let length = i16::try_from(text.len()).map_err(|_| too_long())?;
        self.0.extend(length.to_be_bytes());
        self.0.extend(text.as_bytes());
        Ok(())
    }

    /// No text.
    pub fn null(&mut self) {
        self.0.extend((-1i16).to_be_bytes());
    }

    /// A compact list (KIP-482): one more than its length, then its items.
    pub fn compact_list<T>(
        &mut self,
        items: &[T],
        mut item: impl FnMut(&mut Self, &T) -> Result<()>,
    ) -> Result<()> {
        self.compact_length(items.len())?;
        items.iter().try_for_each(|each| item(self, each))
    }

    /// A compact text.
    pub fn compact_text(&mut self, text: &str) -> Result<()> {
        self.compact_length(text.len())?;
        self.0.extend(text.as_bytes());
        Ok(())
    }

    /// No compact list or text.
    pub fn compact_null(&mut self) {
        self.0.push(0);
    }

    /// No tagged fields.
    pub fn no_tags(&mut self) {
        self.0.push(0);
    }

    fn compact_length(&mut self, length: usize) -> Result<()> {
        let length = u32::try_from(length + 1).map_err(|_| too_long())?;
        encode_unsigned_varint(length, &mut self.0);
        Ok(())
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A message being read. It ends early if the peer speaks another language; then every read fails.
pub(super) struct Reader<'a>(pub &'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or_else(truncated)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub fn i8(&mut self) -> Result<i8> {
        self.take().map(i8::from_be_bytes)
    }

    pub fn i16(&mut self) -> Result<i16> {
        self.take().map(i16::from_be_bytes)
    }

    pub fn i32(&mut self) -> Result<i32> {
        self.take().map(i32::from_be_bytes)
    }

    pub fn i64(&mut self) -> Result<i64> {
        self.take().map(i64::from_be_bytes)
    }

    /// A text, or none.
    pub fn text(&mut self) -> Result<Option<String>> {
        let Ok(length) = usize::try_from(self.i16()?) else { return Ok(None) };
        let (text, rest) = self.0.split_at_checked(length).ok_or_else(truncated)?;
        self.0 = rest;
        Ok(Some(String::from_utf8_lossy(text).into_owned()))
    }

    /// The items of a compact list; a missing one has none.
    pub fn compact_list<T>(&mut self, item: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        (1..self.unsigned()?).map(|_| item(self)).collect()
    }

    /// A compact text, or none.
    pub fn compact_text(&mut self) -> Result<Option<String>> {
        let Some(length) = self.unsigned()?.checked_sub(1) else { return Ok(None) };
        Ok(Some(String::from_utf8_lossy(self.bytes(length)?).into_owned()))
    }

    /// Passes over tagged fields, which say nothing that is needed here.
    pub fn skip_tags(&mut self) -> Result<()> {
        for _ in 0..self.unsigned()? {
            let _tag = self.unsigned()?;
            let length = self.unsigned()?;
            self.bytes(length)?;
        }
        Ok(())
    }

    fn unsigned(&mut self) -> Result<u32> {
        decode_unsigned_varint(&mut self.0)
    }

    fn bytes(&mut self, length: u32) -> Result<&[u8]> {
        let length = usize::try_from(length).map_err(|_| truncated())?;
        let (bytes, rest) = self.0.split_at_checked(length).ok_or_else(truncated)?;
        self.0 = rest;
        Ok(bytes)
    }

    /// The items of a list.
    pub fn list<T>(&mut self, item: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        (0..self.i32()?.max(0)).map(|_| item(self)).collect()
    }
}

fn too_long() -> KrafkaError {
    KrafkaError::config("a name is longer than the 32,767 bytes that Kafka's messages have room for")
}

fn truncated() -> KrafkaError {
    KrafkaError::protocol_kind(ProtocolErrorKind::TruncatedFrame, "the answer ends in the middle")
}
