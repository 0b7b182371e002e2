//! One broker, asked by itself: what the client asks otherwise may go to any of them.

use super::asked::Asked;
use super::frame::Writer;
use super::read::{grants_reading, topic_object, topic_setting};
use super::{Kafka, fault};
use crate::estate::{Binding, Fault, Object, Query, Reading, TopicSetting};
use bytes::{Bytes, BytesMut};
use krafka::__private::network::BrokerConnection;
use krafka::__private::protocol::versions::{
    DESCRIBE_CONFIGS_MAX, DESCRIBE_CONFIGS_MIN, METADATA_MAX, METADATA_MIN,
};
use krafka::__private::protocol::{
    ApiKey, ConfigResourceType, DescribeConfigsRequest, DescribeConfigsResource, DescribeConfigsResponse,
    DescribeConfigsResult, MetadataRequest, MetadataResponse, MetadataTopicResponse, VersionedDecode,
    VersionedEncode,
};
use krafka::error::ErrorCode;
use krafka::{KrafkaError, ProtocolErrorKind, Result};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// A connection to one broker.
pub(super) struct Broker {
    connection: Arc<BrokerConnection>,
}

/// What one broker shows.
pub(super) struct Shown {
    /// Of the cluster that it is a part of.
    name: String,
    topics: HashMap<String, MetadataTopicResponse>,
    settings: HashMap<String, DescribeConfigsResult>,
    entries: BTreeSet<Binding>,
}

impl Broker {
    pub const fn new(connection: Arc<BrokerConnection>) -> Self {
        Self { connection }
    }

    /// `host:port`.
    pub fn address(&self) -> &str {
        self.connection.address()
    }

    /// Sends a message of leeward's own.
    pub async fn ask(&self, api: ApiKey, version: i16, message: &Writer) -> Result<Bytes> {
        let version = self.version(api, version, version)?;
        let write = |buffer: &mut BytesMut| {
            buffer.extend_from_slice(message.bytes());
            Ok(())
        };
        self.connection.send_request(api, version, write).await
    }

    /// The names of all topics, internal ones too.
    pub async fn topic_names(&self) -> Result<BTreeSet<String>> {
        let answer = self.metadata(&MetadataRequest::all_topics()).await?;
        Ok(answer.topics.into_iter().filter_map(|topic| topic.name).collect())
    }

    /// The cluster, and none of its topics.
    pub async fn no_topics(&self) -> Result<MetadataResponse> {
        self.metadata(&MetadataRequest::for_topics(Vec::new())).await
    }

    async fn metadata(&self, request: &MetadataRequest) -> Result<MetadataResponse> {
        self.exchange(ApiKey::Metadata, METADATA_MIN, METADATA_MAX, request).await
    }

    async fn configs(&self, keys: &BTreeSet<String>, topics: Vec<&str>) -> Result<DescribeConfigsResponse> {
        let of = |topic: &str| DescribeConfigsResource {
            resource_type: ConfigResourceType::Topic,
            resource_name: topic.to_owned(),
            config_names: Some(keys.iter().cloned().collect()),
        };
        let request = DescribeConfigsRequest {
            resources: topics.into_iter().map(of).collect(),
            include_synonyms: false,
            include_documentation: false,
        };
        self.exchange(ApiKey::DescribeConfigs, DESCRIBE_CONFIGS_MIN, DESCRIBE_CONFIGS_MAX, &request).await
    }

    /// Whether it speaks one of these versions of a message.
    pub fn speaks(&self, api: ApiKey, least: i16, most: i16) -> bool {
        self.version(api, least, most).is_ok()
    }

    pub async fn exchange<Request: VersionedEncode, Answer: VersionedDecode>(
        &self,
        api: ApiKey,
        least: i16,
        most: i16,
        request: &Request,
    ) -> Result<Answer> {
        let version = self.version(api, least, most)?;
        let write = |buffer: &mut BytesMut| request.encode_versioned(version, buffer);
        let mut answer = self.connection.send_request(api, version, write).await?;
        Answer::decode_versioned(version, &mut answer)
    }

    fn version(&self, api: ApiKey, least: i16, most: i16) -> Result<i16> {
        self.connection.negotiate_api_version(api, most, least).ok_or_else(|| {
            let message = format!("broker {} speaks no version {least} to {most} of {api:?}", self.address());
            KrafkaError::protocol_kind(ProtocolErrorKind::UnknownApiVersion, message)
        })
    }
}

impl Kafka {
    /// What this broker shows of the topics and grants asked for.
    pub(super) async fn shown_by(&self, broker: &Broker, queries: &[&Query]) -> Result<Shown> {
        let asked = Asked::of(queries);
        let mut shown = Shown {
            name: self.name.clone(),
            topics: HashMap::new(),
            settings: HashMap::new(),
            entries: BTreeSet::new(),
        };
        for batch in asked.topic_batches() {
            self.requests().note("Metadata", batch.len());
            let topics = broker.metadata(&MetadataRequest::for_topics(batch)).await?.topics.into_iter();
            shown.topics.extend(topics.filter_map(|topic| Some((topic.name.clone()?, topic))));
        }
        for (keys, batch) in asked.setting_batches() {
            self.requests().note("DescribeConfigs", batch.len());
            let results = broker.configs(keys, batch).await?.results.into_iter();
            shown.settings.extend(results.map(|result| (result.resource_name.clone(), result)));
        }
        if asked.grants {
            self.requests().note("DescribeAcls", 1);
            shown.entries = broker.describe_acls().await?;
        }
        Ok(shown)
    }
}

impl Shown {
    /// How many partitions of a topic have a leader.
    pub fn led(&self, topic: &str) -> i32 {
        let partitions = self.topics.get(topic).map(|topic| &topic.partitions);
        let led = partitions.into_iter().flatten().filter(|partition| partition.leader_id >= 0).count();
        i32::try_from(led).unwrap_or(i32::MAX)
    }

    /// What it shows of a topic or grants.
    pub fn reading(&self, query: &Query) -> Reading {
        match query {
            Query::Grants { bindings, .. } => {
                grants_reading(bindings, bindings.intersection(&self.entries).cloned().collect())
            }
            Query::Topic { name, .. } => match (self.topics.get(name), self.settings.get(name)) {
                (Some(topic), settings) => self.topic(topic, settings),
                (None, _) => Reading::Absent,
            },
            _ => Reading::Absent,
        }
    }

    fn topic(&self, topic: &MetadataTopicResponse, settings: Option<&DescribeConfigsResult>) -> Reading {
        let codes = [Some(topic.error_code), settings.map(|settings| settings.error_code)];
        for code in codes.into_iter().flatten() {
            match code {
                ErrorCode::None | ErrorCode::LeaderNotAvailable => {}
                ErrorCode::UnknownTopicOrPartition => return Reading::Absent,
                code => return Reading::Unreachable(self.refused(code)),
            }
        }
        let setting = |entry: &krafka::__private::protocol::DescribeConfigsEntry| {
            let value = entry.value.clone().unwrap_or_default();
            (entry.name.clone(), topic_setting(entry.config_source, value))
        };
        let config: BTreeMap<String, TopicSetting> =
            settings.into_iter().flat_map(|settings| settings.configs.iter().map(setting)).collect();
        let replicas = topic.partitions.iter().map(|partition| partition.replica_nodes.len()).min();
        let id = topic.topic_id.unwrap_or_default();
        Reading::Present(Object::Topic(topic_object(id, topic.partitions.len(), replicas, config)))
    }

    fn refused(&self, code: ErrorCode) -> Fault {
        fault::of(&self.name, "describe topics", &KrafkaError::broker(code, format!("{code:?}")))
    }
}
