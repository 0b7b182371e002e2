//! Who has written to topics, as far as brokers remember: for people to read, and for nothing to rest on. A producer that does not
//! number what it writes is not remembered, and one that is may be gone for a day.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The producers that the leaders of partitions remember (`DescribeProducers`, KIP-664): those that number what they write, which is
/// every idempotent and every transactional one, until `producer.id.expiration.ms` after their last record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Producers {
    /// One for each partition to which a producer has written.
    pub producers: Vec<ProducerAt>,
}

/// A producer in one partition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProducerAt {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The id that the cluster gave the producer.
    pub id: i64,
    /// The time of its last record, in milliseconds, by whatever clock stamps the topic's records; absent where no record of it
    /// is there any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<i64>,
    /// The first offset of the transaction that it has open, if it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<i64>,
}

impl Producers {
    /// How long ago the last of them wrote; none where nobody is known.
    pub fn since(&self, now: Timestamp) -> Option<String> {
        let ids: BTreeSet<i64> = self.producers.iter().map(|at| at.id).collect();
        let last = self.producers.iter().filter_map(|at| at.last).max()?;
        let seconds = (now.as_millisecond() - last).max(0) as f64 / 1_000.0;
        let who = match ids.len() {
            1 => "the one known producer".to_owned(),
            several => format!("the last of {several} known producers"),
        };
        Some(format!("{who} wrote {seconds:.1} s before"))
    }

    /// Who wrote last.
    pub fn last(&self) -> Option<String> {
        let at = self.producers.iter().filter(|at| at.last.is_some()).max_by_key(|at| at.last)?;
        Some(format!("the last known to write is producer {}, in {}-{}", at.id, at.topic, at.partition))
    }

    /// Who holds a transaction open: the first of them, and how many more there are.
    pub fn open(&self) -> Option<String> {
        let mut open = self.producers.iter().filter_map(|at| Some((at, at.open?)));
        let (ProducerAt { topic, partition, id, .. }, offset) = open.next()?;
        let rest = match open.count() {
            0 => String::new(),
            more => format!(", {more} more beside it"),
        };
        Some(format!(
            "producer {id} has a transaction open in {topic}-{partition} from offset {offset} on{rest}"
        ))
    }
}
