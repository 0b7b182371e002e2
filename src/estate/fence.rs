//! How the old side is kept from taking writes.

use super::{Address, Hook};

/// A fence: what keeps writers off the side that is no longer active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// The pair whose old side it fences.
    pub pair: Address,
    /// By what means.
    pub method: FenceMethod,
}

/// The means of a fence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FenceMethod {
    /// The `access` blocks of the pair: grants on the active side are taken away.
    Access,
    /// `max.message.bytes = 0` on the pair's topics: refuses every writer, the replication too, without an
    /// authorizer.
    MaxMessageBytes,
    /// Something of the user's.
    Hook(Hook),
    /// None at all: allowed, and a finding.
    None,
}
