//! From a block to its struct in the estate; one file for each kind.

mod access;
mod application;
mod cluster;
mod connect;
mod dns;
mod dns_record;
mod failover_policy;
mod fence;
mod name;
mod pair;
pub(super) mod read;
mod reader;
mod replication;
mod topic;

pub(super) use reader::{Reader, World};

use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::estate::{Home, Kind, Resource, Side};

/// What a decoder needs to know of the block that it decodes.
pub(super) struct About<'a> {
    /// Its kind.
    pub kind: Kind,
    /// Its label.
    pub label: &'a str,
    /// Of a pair: the side that is active.
    pub active: Side,
}

/// Decodes a block; nothing if it has faults, which the reader keeps.
pub(super) fn decode(reader: &Reader<'_>, about: &About<'_>) -> Option<Resource> {
    match about.kind {
        Kind::Cluster => cluster::decode(reader).map(Resource::Cluster),
        Kind::Connect => connect::decode(reader).map(Resource::Connect),
        Kind::Pair => pair::decode(reader, about.active).map(Resource::Pair),
        Kind::Topic => topic::decode(reader, about.label).map(Resource::Topic),
        Kind::Access => access::decode(reader).map(Resource::Access),
        Kind::Replication => replication::decode(reader).map(Resource::Replication),
        Kind::Dns => dns::decode(reader).map(Resource::Dns),
        Kind::DnsRecord => dns_record::decode(reader).map(Resource::DnsRecord),
        Kind::Application => application::decode(reader).map(Resource::Application),
        Kind::Fence => fence::decode(reader).map(Resource::Fence),
        Kind::FailoverPolicy => failover_policy::decode(reader).map(Resource::FailoverPolicy),
    }
}

/// `pair = …` or `cluster = …`, and not both.
fn home(reader: &Reader<'_>) -> Option<Home> {
    let pair = reader.reference("pair", Kind::Pair);
    let cluster = reader.reference("cluster", Kind::Cluster);
    match (reader.has("pair"), reader.has("cluster")) {
        (true, true) => {
            reader.fault(
                Diagnostic::error(Code::Conflict, format!("{} has a pair and a cluster", reader.what))
                    .at(reader.place_of("cluster"), "either this")
                    .at(reader.place_of("pair"), "or this")
                    .help("with a pair it lives on both clusters of it"),
            );
            None
        }
        (false, false) => {
            reader.fault(
                Diagnostic::error(Code::Missing, format!("{} needs \"pair\" or \"cluster\"", reader.what))
                    .at(reader.header.clone(), "neither is here")
                    .help("pair = pair.name, to live on both clusters of it; or cluster = cluster.name"),
            );
            None
        }
        _ => pair.map(Home::Pair).or(cluster.map(Home::Cluster)),
    }
}
