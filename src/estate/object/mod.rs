//! Objects: the things in the world that stand behind declared resources.
//!
//! A topic of a pair is one resource and two objects, one on each cluster. Desired and observed objects are of
//! the same types, so that [`Object::compare`] has one signature.

mod answer;
mod compare;
mod connector;
mod ends;
mod facts;
mod file;
mod grants;
mod group;
mod id;
mod producers;
mod record_set;
mod topic;

pub use answer::{Answer, Trial};
pub use compare::{Comparison, FieldChange};
pub use connector::{Connector, ConnectorState, FailedTask, SecretRef, Setting};
pub use ends::{Carried, Ends, PartitionEnds};
pub use facts::{AuthorityFacts, Broker, ClusterFacts, ConnectFacts, Mirror, ZoneFacts};
pub use file::FileObject;
pub use grants::Grants;
pub use group::Group;
pub use id::{ObjectId, What};
pub use producers::{ProducerAt, Producers};
pub use record_set::{RecordSet, RecordType, Seen, UnknownRecordType};
pub use topic::{TopicObject, TopicSetting};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing in the world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Object {
    /// What a cluster tells about itself.
    Cluster(ClusterFacts),
    /// A topic on one cluster.
    Topic(TopicObject),
    /// The grants of one `access` on one cluster.
    Grants(Grants),
    /// First and next offsets of a topic's partitions.
    Ends(Ends),
    /// Who has written to a topic.
    Producers(Producers),
    /// Where a consumer group stands on one cluster.
    Group(Group),
    /// What a Connect cluster tells about itself.
    Connect(ConnectFacts),
    /// A connector.
    Connector(Connector),
    /// How far a source connector has carried the topics of its source.
    Carried(Carried),
    /// What a zone and its authorities tell about themselves.
    Zone(ZoneFacts),
    /// All records of one name and type.
    RecordSet(RecordSet),
    /// What one server answers to a client.
    Answer(Answer),
    /// Whether a record set could be changed.
    Trial(Trial),
    /// A file on the machine that runs leeward.
    File(FileObject),
}

impl Object {
    /// How the observed object differs from this desired one.
    ///
    /// Two objects of different types can't be compared and are [`Comparison::Impossible`].
    pub fn compare(&self, observed: &Self) -> Comparison {
        match (self, observed) {
            (Self::Topic(desired), Self::Topic(observed)) => desired.compare(observed),
            (Self::Grants(desired), Self::Grants(observed)) => desired.compare(observed),
            (Self::Group(desired), Self::Group(observed)) => desired.compare(observed),
            (Self::Connector(desired), Self::Connector(observed)) => desired.compare(observed),
            (Self::RecordSet(desired), Self::RecordSet(observed)) => desired.compare(observed),
            (Self::File(desired), Self::File(observed)) => desired.compare(observed),
            (desired, observed) if desired == observed => Comparison::Same,
            _ => Comparison::Impossible("what was read is of another sort than what is declared".into()),
        }
    }
}
