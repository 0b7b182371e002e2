//! What a run works on.

use crate::provider::Provider;
use crate::provider::records::Records;

/// The world that a run works on, by both of its seams.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// Its objects.
    pub objects: &'a dyn Provider,
    /// Its records.
    pub records: &'a dyn Records,
}
