//! Access control entries: leeward's words ↔ Kafka's codes (`AclOperation`, `PatternType` and others of Kafka's
//! clients).

use super::frame::{Reader, Writer};
use crate::estate::{ACL_OPERATIONS, AclResource, Binding, Pattern, Permission};
use krafka::{KrafkaError, Result};

/// Matches everything in a filter; no entry has it.
const ANY: i8 = 1;

const RESOURCES: [AclResource; 4] =
    [AclResource::Topic, AclResource::Group, AclResource::Cluster, AclResource::TransactionalId];

const fn resource(resource: AclResource) -> i8 {
    match resource {
        AclResource::Topic => 2,
        AclResource::Group => 3,
        AclResource::Cluster => 4,
        AclResource::TransactionalId => 5,
    }
}

const PATTERNS: [Pattern; 2] = [Pattern::Literal, Pattern::Prefixed];

/// 2 is `MATCH`, which only a filter can have.
const fn pattern(pattern: Pattern) -> i8 {
    match pattern {
        Pattern::Literal => 3,
        Pattern::Prefixed => 4,
    }
}

const PERMISSIONS: [Permission; 2] = [Permission::Deny, Permission::Allow];

const fn permission(permission: Permission) -> i8 {
    match permission {
        Permission::Deny => 2,
        Permission::Allow => 3,
    }
}

fn operation(name: &str) -> Option<i8> {
    let at = ACL_OPERATIONS.iter().position(|known| *known == name)?;
    i8::try_from(at + 2).ok()
}

/// Whether Kafka knows an operation of this name.
pub(in crate::provider) fn knows_operation(name: &str) -> bool {
    operation(name).is_some()
}

/// Writes an entry as it is created, or as the filter that matches just this entry: both have the same form. An error
/// for an operation that Kafka does not know: no other code may stand for it.
pub(super) fn write(writer: &mut Writer, entry: &Binding) -> Result<()> {
    let unknown = || KrafkaError::config(format!("Kafka knows no operation {}", entry.operation));
    writer.i8(resource(entry.resource));
    writer.text(&entry.name)?;
    writer.i8(pattern(entry.pattern));
    writer.text(&entry.principal)?;
    writer.text(&entry.host)?;
    writer.i8(operation(&entry.operation).ok_or_else(unknown)?);
    writer.i8(permission(entry.permission));
    Ok(())
}

/// Writes the filter that matches every entry.
pub(super) fn write_all(writer: &mut Writer) {
    writer.i8(ANY);
    writer.null();
    writer.i8(ANY);
    writer.null();
    writer.null();
    writer.i8(ANY);
    writer.i8(ANY);
}

/// The word of a code; none for one that leeward has no word for.
fn word<T: Copy>(words: &[T], code_of: fn(T) -> i8, code: i8) -> Option<T> {
    words.iter().copied().find(|word| code_of(*word) == code)
}

/// What entries are about: the beginning of a list of them in an answer.
pub(super) struct Target {
    resource: Option<AclResource>,
    name: String,
    pattern: Option<Pattern>,
}

impl Target {
    /// Reads it from an answer.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            resource: word(&RESOURCES, resource, reader.i8()?),
            name: reader.text()?.unwrap_or_default(),
            pattern: word(&PATTERNS, pattern, reader.i8()?),
        })
    }

    /// Reads one entry of the list; none for what leeward has no words for, delegation tokens for example.
    pub fn entry(&self, reader: &mut Reader<'_>) -> Result<Option<Binding>> {
        let (principal, host) = (reader.text()?.unwrap_or_default(), reader.text()?.unwrap_or_default());
        let at = usize::try_from(i16::from(reader.i8()?) - 2);
        let operation = at.ok().and_then(|at| ACL_OPERATIONS.get(at));
        let permission = word(&PERMISSIONS, permission, reader.i8()?);
        Ok((|| {
            Some(Binding {
                principal,
                host,
                permission: permission?,
                operation: (*operation?).to_owned(),
                resource: self.resource?,
                name: self.name.clone(),
                pattern: self.pattern?,
            })
        })())
    }
}
