//! Conditions as metrics, in Prometheus' text format (version 0.0.4).
//!
//! What is not known has no sample: a 0 would be a lie, and `absent()` finds it. Partitions are only counted together.

mod exported;
mod families;
mod samples;

pub use exported::{Readings, metrics};
pub use families::{FAMILIES, Family, Type};
