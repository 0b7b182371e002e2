//! A declared access: its grants on the sides that it names.

use super::Desired;
use crate::estate::{Access, Address, Estate, Grants, Home, Object, ObjectId, Role, What};

pub(super) fn desired(estate: &Estate, address: &Address, access: &Access) -> Vec<Desired> {
    let one = |cluster: &Address, role| {
        let object = Object::Grants(Grants { bindings: access.bindings.clone() });
        let mut desired =
            Desired::new(address, ObjectId::new(cluster, What::Grants(address.clone())), object);
        desired.role = role;
        desired
    };
    match &access.home {
        Home::Cluster(cluster) => vec![one(cluster, None)],
        Home::Pair(pair) => estate.pair(pair).map_or_else(Vec::new, |pair| {
            [Role::Active, Role::Standby]
                .into_iter()
                .filter(|role| access.on.includes(*role))
                .map(|role| one(pair.with_role(role), Some((pair.side(role), role))))
                .collect()
        }),
    }
}
