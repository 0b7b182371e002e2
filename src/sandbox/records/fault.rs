//! Why records don't go in or out.

use crate::sandbox::layout::Cluster;
use crate::sandbox::stand::Error;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use std::time::Duration;

/// Why records could not be produced or consumed.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The sandbox does not have the cluster.
    #[error(transparent)]
    Sandbox(#[from] Box<Error>),
    /// The cluster does not have the topic.
    #[error("there is no topic {topic:?} on {cluster}")]
    NoTopic {
        /// The topic.
        topic: String,
        /// The cluster's name.
        cluster: String,
    },
    /// The cluster does not answer, or refuses.
    #[error("{cluster} (bootstrap {bootstrap}): {source}")]
    Kafka {
        /// The cluster's name.
        cluster: String,
        /// Where it listens.
        bootstrap: String,
        /// What the client says.
        source: Box<KafkaError>,
    },
    /// Fewer records than were asked for.
    #[error("{done} of {wanted} records within {} s", .timeout.as_secs_f64())]
    Short {
        /// How many there were.
        done: u64,
        /// How many were wanted.
        wanted: u64,
        /// How long was waited.
        timeout: Duration,
    },
}

/// What a client says of a cluster.
pub(super) fn failure(cluster: &Cluster, source: KafkaError) -> RecordError {
    RecordError::Kafka {
        cluster: cluster.name.clone(),
        bootstrap: cluster.bootstrap().join(","),
        source: Box::new(source),
    }
}

/// What waiting longer does not mend; broken connections are the client's own business.
pub(super) fn is_fatal(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode::{Authentication, Fatal, GroupAuthorizationFailed, TopicAuthorizationFailed};
    matches!(code, Authentication | Fatal | GroupAuthorizationFailed | TopicAuthorizationFailed)
}
