//! Two clusters of which one is active.

use super::{Address, Endpoints, Role, Side};

/// A pair: the unit that fails over.
///
/// `active` and `epoch` are the state's, resolved when the estate was evaluated; configuration can't set them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The cluster that is active until a failover.
    pub primary: Address,
    /// The other cluster.
    pub secondary: Address,
    /// The side that is active now.
    pub active: Side,
    /// Files that tell clients where it is.
    pub endpoints: Vec<Endpoints>,
}

impl Pair {
    /// The cluster of a side.
    pub const fn cluster(&self, side: Side) -> &Address {
        match side {
            Side::Primary => &self.primary,
            Side::Secondary => &self.secondary,
        }
    }

    /// The side that has a role.
    pub const fn side(&self, role: Role) -> Side {
        match role {
            Role::Active => self.active,
            Role::Standby => self.active.other(),
        }
    }

    /// The cluster that has a role.
    pub const fn with_role(&self, role: Role) -> &Address {
        self.cluster(self.side(role))
    }

    /// The role of a side.
    pub fn role(&self, side: Side) -> Role {
        if side == self.active { Role::Active } else { Role::Standby }
    }

    /// The side of a cluster, if it is one of the two.
    pub fn side_of(&self, cluster: &Address) -> Option<Side> {
        [Side::Primary, Side::Secondary].into_iter().find(|side| self.cluster(*side) == cluster)
    }
}
