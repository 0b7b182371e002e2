//! A file on the machine that runs leeward.

use super::{Comparison, FieldChange};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A file on the machine that runs leeward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileObject {
    /// What it holds.
    pub text: String,
}

impl FileObject {
    pub(super) fn compare(&self, observed: &Self) -> Comparison {
        let change = FieldChange::new("text", Some(observed.text.clone()), Some(self.text.clone()));
        Comparison::of(if self == observed { Vec::new() } else { vec![change] })
    }
}
