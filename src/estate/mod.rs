//! The vocabulary: what can be declared, what can be observed, and how they compare.
//!
//! Declared resources ([`Resource`], one struct a kind) are what the estate says. Objects ([`Object`]) are the
//! things in the world behind them: [`desired()`] derives the ones that have to be there, a provider reads the ones
//! that are. This module imports no other of leeward's.

mod access;
mod address;
mod application;
mod carries;
mod change;
mod cluster;
mod connect;
mod declared;
mod desired;
mod dns;
mod dns_record;
mod endpoints;
#[expect(clippy::module_inception, reason = "the estate is the chief noun of the estate's vocabulary")]
mod estate;
mod failover_policy;
mod fault;
mod fence;
mod graph;
mod kind;
mod object;
mod observed;
mod owned;
mod pair;
mod query;
mod replication;
mod route;
mod secret;
mod selection;
mod side;
mod task;
mod topic;

pub use access::{ACL_OPERATIONS, Access, AclResource, Binding, On, Pattern, Permission};
pub use address::{Address, AddressError, Key, ModuleCall};
pub use application::{Application, Call, Hook, Variable};
pub use carries::{Carries, engine_excludes_groups, engine_excludes_topics, is_internal};
pub use change::{Change, Outcome, Verb};
pub use cluster::{Cluster, Mechanism, Protocol, Sasl, Security, Tls};
pub use connect::{BasicAuth, Connect};
pub use declared::{Declared, Lifecycle, Position, Resource};
pub use desired::{
    Contested, Desired, contested, covered_topics, desired, offset_syncs_topic, source_connector,
};
pub use dns::{Dns, DnsService, PowerDns, Rfc2136, TsigAlgorithm};
pub use dns_record::DnsRecord;
pub use endpoints::{Endpoints, EndpointsFormat};
pub use estate::{Estate, Output, Settings};
pub use failover_policy::{Approval, FailoverPolicy, GUARDS, KnownGuard, Moves};
pub use fault::{Fault, FaultKind};
pub use fence::{FENCED_MESSAGE_BYTES, Fence, FenceMethod};
pub use graph::{Cycle, Graph};
pub use kind::{Kind, UnknownKind};
pub use object::{
    Answer, AuthorityFacts, Broker, Carried, ClusterFacts, Comparison, ConnectFacts, Connector,
    ConnectorState, Ends, FailedTask, FieldChange, FileObject, Grants, Group, Mirror, Object, ObjectId,
    PartitionEnds, ProducerAt, Producers, RecordSet, RecordType, SecretRef, Seen, Setting, TopicObject,
    TopicSetting, Trial, UnknownRecordType, What, ZoneFacts,
};
pub use observed::{Observed, Reading};
pub use owned::Owned;
pub use pair::Pair;
pub use query::Query;
pub use replication::{MirrorMaker, Naming, Replication, Selector};
pub use route::Route;
pub use secret::Secret;
pub use selection::Selection;
pub use side::{Role, Side};
pub use task::{Continuation, Entrance, Evidence, GroupSet, Occasion, Snapshot, Start, Task};
pub use topic::{Home, OnRemove, Topic, TopicOverride};
