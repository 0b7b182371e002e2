//! Plan to findings: one coded rule a file.
//!
//! A rule looks and says; it changes nothing and is never asked by the planner. Codes are grouped by subject:
//! LW10 names and coverage of topics, LW11 groups, LW12 DNS, LW13 durability, LW14 the replication engine, LW15 access
//! and secrets, LW16 failover, LW17 offsets. A code is never given to another rule.

mod carried;
mod check;
mod flow;
mod grants;
mod ignore;
mod note;
mod rule;
mod rules;
mod view;
mod wording;

pub use check::check;
pub use ignore::{Ignore, IgnoreError, ignore};
pub use rule::{Rule, rule, rules};
