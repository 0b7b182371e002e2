//! A resource's name in the estate.

use super::{Kind, UnknownKind};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A resource's name in the estate: `topic.orders`, `module.eu.topic.orders["a"]`.
///
/// Ordered by module, kind, name and key, so that plans and states list the same estate in the same order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The modules that lead to the resource, outermost first; empty in the root module.
    pub module: Vec<ModuleCall>,
    /// The kind of the resource.
    pub kind: Kind,
    /// The block's label.
    pub name: String,
    /// Which instance, for a block with `count` or `for_each`.
    pub key: Option<Key>,
}

/// One call of a module on the way to a resource: `module.eu["a"]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleCall {
    /// The label of the module block.
    pub name: String,
    /// Which instance, for a call with `count` or `for_each`.
    pub key: Option<Key>,
}

/// The key of an instance: a number for `count`, a text for `for_each`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The index that `count` gave.
    Index(usize),
    /// The key that `for_each` gave.
    Name(String),
}

impl Address {
    /// The address of a block without a key in the root module.
    pub fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self { module: Vec::new(), kind, name: name.into(), key: None }
    }

    /// The address without its key: the block that declares all instances.
    #[must_use]
    pub fn block(&self) -> Self {
        Self { key: None, ..self.clone() }
    }

    /// Whether `self`, as typed for `-target`, covers `other`: the same instance, or the block of it.
    pub fn covers(&self, other: &Self) -> bool {
        self == other || (self.key.is_none() && *self == other.block())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Name(name) => {
                write!(f, "[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\""))
            }
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for call in &self.module {
            write!(f, "module.{}", call.name)?;
            call.key.as_ref().map_or(Ok(()), |key| write!(f, "{key}"))?;
            f.write_str(".")?;
        }
        write!(f, "{}.{}", self.kind, self.name)?;
        self.key.as_ref().map_or(Ok(()), |key| write!(f, "{key}"))
    }
}

/// Why a text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The text does not have the form of an address.
    #[error("{0:?} is not an address; one looks like topic.orders or module.eu.topic.orders[\"a\"]")]
    Form(String),
    /// The kind is unknown.
    #[error(transparent)]
    Kind(#[from] UnknownKind),
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let form = || AddressError::Form(text.to_owned());
        let mut rest = text;
        let mut module = Vec::new();
        loop {
            let (word, after) = rest.split_once('.').ok_or_else(form)?;
            let (name, key, after) = label(after).ok_or_else(form)?;
            if word != "module" {
                let kind = word.parse::<Kind>()?;
                return if after.is_empty() { Ok(Self { module, kind, name, key }) } else { Err(form()) };
            }
            module.push(ModuleCall { name, key });
            rest = after.strip_prefix('.').ok_or_else(form)?;
        }
    }
}

/// Reads `name`, `name[3]` or `name["key"]` from the front: the label, its key, and what follows.
fn label(text: &str) -> Option<(String, Option<Key>, &str)> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    match rest.strip_prefix('[') {
        None => Some((name.to_owned(), None, rest)),
        Some(rest) => key(rest).map(|(key, rest)| (name.to_owned(), Some(key), rest)),
    }
}

/// Reads `3]` or `"key"]`, with `\"` and `\\` escaped in a key.
fn key(text: &str) -> Option<(Key, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (digits, rest) = text.split_once(']')?;
        return Some((Key::Index(digits.parse().ok()?), rest));
    };
    let mut name = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return quoted[at + 1..].strip_prefix(']').map(|rest| (Key::Name(name), rest)),
            '\\' => name.push(characters.next()?.1),
            _ => name.push(character),
        }
    }
    None
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Address {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Address".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A resource's name in the estate: `topic.orders`, `module.eu.topic.orders[\"a\"]`."
        })
    }
}
