//! The grants of one `access` on one cluster.

use super::{Comparison, FieldChange};
use crate::estate::Binding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The access control entries of one `access` on one cluster; entries of others are none of its business.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grants {
    /// Desired: what has to be there. Observed: what is there of the entries asked for.
    pub bindings: BTreeSet<Binding>,
}

impl Grants {
    pub(super) fn compare(&self, observed: &Self) -> Comparison {
        let taken = observed.bindings.difference(&self.bindings);
        let given = self.bindings.difference(&observed.bindings);
        let field = |binding: &Binding, from, to| FieldChange::new(binding.to_string(), from, to);
        let fields = taken
            .map(|binding| field(binding, Some("given".into()), None))
            .chain(given.map(|binding| field(binding, None, Some("given".into()))));
        Comparison::of(fields.collect())
    }
}
