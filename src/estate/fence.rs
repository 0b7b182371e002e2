//! How the old side is kept from taking writes.

use super::{Address, Hook};

/// A fence: what keeps writers off the side that is no longer active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// The pair whose old side it fences.
    pub pair: Address,
    /// By what means.
    pub method: FenceMethod,
    /// What takes a fence down that a hook has put up.
    pub lift: Option<Hook>,
}

/// The `max.message.bytes` of a topic that takes no records.
///
/// It is the size of the batch that ends a transaction: 61 bytes of its own and a record of 17 (message format 2,
/// `EndTransactionMarker`). Anything smaller would refuse these too, and a transaction that was committed a moment before
/// would hang for ever: nobody could read it, and the mirror would not carry it. Of records only those pass that hold less
/// than some ten bytes, and it is seen afterwards that none arrive.
pub const FENCED_MESSAGE_BYTES: &str = "78";

/// The means of a fence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FenceMethod {
    /// The `access` blocks of the pair: grants on the active side are taken away.
    Access,
    /// `max.message.bytes` on the pair's topics, set to [`FENCED_MESSAGE_BYTES`]: refuses every writer, the replication
    /// too, without an authorizer.
    MaxMessageBytes,
    /// Something of the user's.
    Hook(Hook),
    /// None at all: allowed, and a finding.
    None,
}
