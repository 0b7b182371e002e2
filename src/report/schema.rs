//! JSON Schemas of what leeward writes, made from the types that write it.

use super::diagnostics::Validation;
use super::json::PlanDocument;
use super::offsets::OffsetsJson;
use super::run::Report;
use super::status::StatusDocument;
use super::tail::{DiffJson, TailJson};
use crate::plan::{Finding, Plan};
use crate::run::{Entry, Header};
use crate::state::State;
use schemars::{Schema, schema_for};

type Make = fn() -> Schema;

/// The schemas, by name: `plan` is a saved plan, `plan-json` what `leeward plan -json` prints; `schemas/NAME.json` of the project holds each.
const SCHEMAS: [(&str, Make); 12] = [
    ("findings", || schema_for!(Vec<Finding>)),
    ("journal", || schema_for!(Entry)),
    ("journal-header", || schema_for!(Header)),
    ("offsets", || schema_for!(Vec<OffsetsJson>)),
    ("plan", || schema_for!(Plan)),
    ("plan-json", || schema_for!(PlanDocument<'static>)),
    ("report", || schema_for!(Report)),
    ("state", || schema_for!(State)),
    ("status", || schema_for!(StatusDocument<'static>)),
    ("tail-diff", || schema_for!(DiffJson)),
    ("tail-list", || schema_for!(TailJson)),
    ("validation", || schema_for!(Validation)),
];

/// The names that there are.
pub fn names() -> impl Iterator<Item = &'static str> {
    SCHEMAS.into_iter().map(|(name, _)| name)
}

/// A schema, as JSON text with a line break at its end.
pub fn schema(name: &str) -> Option<String> {
    let (_, make) = SCHEMAS.into_iter().find(|(known, _)| *known == name)?;
    Some(format!("{:#}\n", make().to_value()))
}
