//! What a failover demands beside a healthy pair.

use crate::estate::{Address, Estate};
use schemars::JsonSchema;
use serde::Serialize;

/// What the pair's failover policy demands; the guards of a failover hold the pair to the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Demands {
    /// Whether it says how the old side is fenced, be it by nothing.
    pub fence: bool,
    /// At most so many records may be left to carry (`guard "replication_lag"`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_records: Option<i64>,
    /// At most so many records may be read again (`guard "groups"`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_repeated: Option<i64>,
}

impl Demands {
    pub(super) fn of(estate: &Estate, pair: &Address) -> Self {
        let Some(policy) = estate.policy_of(pair) else { return Self::default() };
        let limit = |guard: &str, name: &str| policy.guards.get(guard)?.get(name)?.parse().ok();
        Self {
            fence: policy.fence.is_some(),
            max_records: limit("replication_lag", "max_records"),
            max_repeated: limit("groups", "max_repeated"),
        }
    }
}
