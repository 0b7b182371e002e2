//! A pair's condition: what was read of it, what a failover would lose and repeat now, and whether it is ready for one.
//!
//! Pure: [`queries`] says what has to be asked beside the flows of its replications, and [`Condition::of`] draws the
//! conclusions. What could not be read is a [`Figure::Unknown`] with the reason, never 0; what was known before can be
//! kept beside it ([`Condition::remember`]) with its age.
//!
//! Whether the active side lives is not taken from Connect, whose connectors stay RUNNING when their source has died:
//! [`Life`] asks the side itself, and the heartbeats that cross from it.

mod asked;
mod beat;
mod condition;
mod connectors;
mod demands;
mod figure;
mod groups;
mod lag;
mod life;
mod loss;
mod mirroring;
mod names;
mod places;
mod ready;
mod review;

pub use asked::{other_groups, queries};
pub use beat::{Beat, Pulse};
pub use condition::{Condition, Facts};
pub use connectors::{ConnectorStanding, Part};
pub use demands::Demands;
pub use figure::{Count, Figure, Last};
pub use groups::{GroupStanding, Repeated};
pub use lag::TopicLag;
pub use life::Life;
pub use loss::{Loss, Objective, Verdict};
pub use mirroring::Mirroring;
pub use names::{NameAnswer, NameStanding};
pub use places::{ClusterStanding, ConnectStanding};
pub use ready::{Obstacle, ObstacleKind};
pub use review::Review;
