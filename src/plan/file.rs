//! A plan as a file: JSON that says its format and proves itself whole.

use super::{Plan, digest};
use serde::Deserialize;

/// Why bytes are no plan.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Not JSON, or cut off.
    #[error("this is no plan, or only a part of one: {0}; make a new one with `leeward plan -out`")]
    Damaged(serde_json::Error),
    /// Written by a newer leeward.
    #[error(
        "this plan has format {found}, and this leeward reads up to {}: use the leeward that made it",
        Plan::FORMAT
    )]
    Newer {
        /// The format of the plan.
        found: u32,
    },
    /// What it says is not what its id was made of.
    #[error("this plan was changed after it was made: its id is not that of what it says; make a new one")]
    Edited,
}

/// The file of a plan.
pub fn to_bytes(plan: &Plan) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "a plan is plain data whose map keys are texts")]
    let mut bytes = serde_json::to_vec(plan).expect("a plan serialises");
    bytes.push(b'\n');
    bytes
}

/// The plan in a file.
///
/// # Errors
///
/// If the bytes are damaged, of a newer format, or were changed since [`to_bytes`] wrote them.
pub fn from_bytes(bytes: &[u8]) -> Result<Plan, FileError> {
    #[derive(Deserialize)]
    struct Head {
        format: u32,
    }
    let head: Head = serde_json::from_slice(bytes).map_err(FileError::Damaged)?;
    if head.format > Plan::FORMAT {
        return Err(FileError::Newer { found: head.format });
    }
    let plan: Plan = serde_json::from_slice(bytes).map_err(FileError::Damaged)?;
    let id = plan.id.clone();
    let plan = digest::identified(plan);
    if plan.id == id { Ok(plan) } else { Err(FileError::Edited) }
}
