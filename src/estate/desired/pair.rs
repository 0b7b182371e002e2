//! A declared pair: the files that tell clients where its active side is.

use super::Desired;
use crate::estate::{Address, Estate, FileObject, Object, ObjectId, Pair, Role, What};

pub(super) fn desired(estate: &Estate, address: &Address, pair: &Pair) -> Vec<Desired> {
    let active = pair.with_role(Role::Active);
    let Some(cluster) = estate.cluster(active) else { return Vec::new() };
    let file = |endpoints: &crate::estate::Endpoints| {
        let id = ObjectId::new(address, What::File(endpoints.path.clone()));
        let text = endpoints.text(address, pair.active, (active, cluster));
        Desired::new(address, id, Object::File(FileObject { text }))
    };
    pair.endpoints.iter().map(file).collect()
}
