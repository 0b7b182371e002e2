//! DescribeAcls, CreateAcls and DeleteAcls (KIP-140, KIP-290), in their version 1, which every Kafka since 2.0 knows.
//!
//! krafka has all three, but its codes of pattern types are off by one (0.28: `Literal` goes out as 2, which is
//! `MATCH`, and `Prefixed` as 3, which is `LITERAL`). A prefixed grant in the place of a literal one gives rights to
//! whom nobody meant: so these messages are leeward's own, over krafka's connections.

use super::binding;
use super::broker::Broker;
use super::frame::{Reader, Writer};
use crate::estate::Binding;
use krafka::__private::protocol::ApiKey;
use krafka::error::ErrorCode;
use krafka::{KrafkaError, Result};
use std::collections::BTreeSet;

const VERSION: i16 = 1;

impl Broker {
    /// All entries of the cluster.
    pub(super) async fn describe_acls(&self) -> Result<BTreeSet<Binding>> {
        let mut writer = Writer::default();
        binding::write_all(&mut writer);
        let answer = self.ask(ApiKey::DescribeAcls, VERSION, &writer).await?;
        let mut reader = Reader(&answer);
        let _throttled = reader.i32()?;
        verdict(&mut reader)?;
        let entries = reader.list(|reader| {
            let target = binding::Target::read(reader)?;
            reader.list(|reader| target.entry(reader))
        })?;
        Ok(entries.into_iter().flatten().flatten().collect())
    }

    /// Grants entries; what came of each, in order.
    pub(super) async fn create_acls(&self, entries: &[&Binding]) -> Result<Vec<Result<()>>> {
        let answer = self.ask(ApiKey::CreateAcls, VERSION, &list(entries)?).await?;
        let mut reader = Reader(&answer);
        let _throttled = reader.i32()?;
        reader.list(|reader| outcome(reader))
    }

    /// Takes just these entries; what came of each, in order. One that is not there is taken.
    pub(super) async fn delete_acls(&self, entries: &[&Binding]) -> Result<Vec<Result<()>>> {
        let answer = self.ask(ApiKey::DeleteAcls, VERSION, &list(entries)?).await?;
        let mut reader = Reader(&answer);
        let _throttled = reader.i32()?;
        reader.list(|reader| {
            let asked = outcome(reader)?;
            let deleted = reader.list(|reader| {
                let deleted = outcome(reader)?;
                binding::Target::read(reader)?.entry(reader)?;
                Ok(deleted)
            })?;
            Ok(deleted.into_iter().fold(asked, Result::and))
        })
    }
}

fn list(entries: &[&Binding]) -> Result<Writer> {
    let mut writer = Writer::default();
    writer.list(entries, |writer, entry| binding::write(writer, entry))?;
    Ok(writer)
}

/// Reads a code and a message; an error if the broker says so.
fn verdict(reader: &mut Reader<'_>) -> Result<()> {
    outcome(reader)?
}

/// Reads a code and a message; the outer error is one of reading.
fn outcome(reader: &mut Reader<'_>) -> Result<Result<()>> {
    let (code, message) = (ErrorCode::from_i16(reader.i16()?), reader.text()?);
    Ok(match code {
        ErrorCode::None => Ok(()),
        code => Err(KrafkaError::broker(code, message.unwrap_or_else(|| format!("{code:?}")))),
    })
}
