//! When a hook is called.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The occasion in a failover that a hook is declared for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// An application is stopped.
    Stop,
    /// An application is started.
    Start,
    /// A side is fenced.
    Fence,
    /// A fence is taken down: its side becomes active again, or the failover is taken back.
    Lift,
    /// A drill: the application says whether it could run on the standby, and runs nothing there.
    Drill,
}

impl fmt::Display for Occasion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stop => "stop",
            Self::Start => "start",
            Self::Fence => "fence",
            Self::Lift => "lift",
            Self::Drill => "drill",
        })
    }
}
