//! Queries → readings, in few large requests.

use super::asked::Asked;
use super::{Kafka, fault};
use crate::estate::{
    Binding, Broker, ClusterFacts, Ends, Fault, FaultKind, Grants, Group, Object, PartitionEnds, Producers,
    Query, Reading, TopicObject, TopicSetting,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures::{StreamExt, TryStreamExt, stream};
use krafka::KrafkaError;
use krafka::admin::{
    AdminClient, ClusterDescription, ConfigEntry, ConfigResource, DescribeClusterOptions,
    DescribeConfigsOptions, DescribeTopicsOptions, ListConsumerGroupsOptions, ListOffsetsOptions,
    ListTopicsOptions, OffsetSpec, TopicDescription, TopicPartition,
};
use krafka::error::ErrorCode;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

/// So many requests are under way to one cluster at once.
const REQUESTS_AT_ONCE: usize = 4;

/// So often partitions are asked whose leaders do not know of them yet, with so long between.
const LEADER_ROUNDS: u32 = 10;
const LEADER_PAUSE: Duration = Duration::from_millis(200);

/// Kafka's code for a value that was set on the topic itself (`DYNAMIC_TOPIC_CONFIG`). A cluster-wide dynamic
/// default, source 3, is not the topic's own.
const TOPICS_OWN: i8 = 1;

/// What one item gave: there or not, or why it can't be said.
pub(super) type Item<T> = Result<Option<T>, Fault>;

/// Whether a partition was asked for too early, or where its leader was a moment ago.
fn is_early(error: &KrafkaError) -> bool {
    fault::is_doubtful(error) && !fault::is_lost(error)
}

/// Everything that a cluster answered.
struct Found {
    description: ClusterDescription,
    topic_names: Option<BTreeSet<String>>,
    group_names: Option<BTreeSet<String>>,
    topics: HashMap<String, Item<TopicDescription>>,
    settings: HashMap<String, Item<BTreeMap<String, TopicSetting>>>,
    ends: HashMap<String, Item<Ends>>,
    producers: HashMap<String, Item<Producers>>,
    groups: HashMap<String, Item<Group>>,
    bindings: Result<BTreeSet<Binding>, Fault>,
}

impl Kafka {
    /// Answers each query about this cluster, in order. A cluster that does not answer gives `Unreachable` for all
    /// of them within its timeout.
    pub async fn read(&self, queries: &[&Query]) -> Vec<Reading> {
        // Whoever asks what a name leads to asks nothing else with it.
        if let [Query::Reached { name, addresses, .. }] = queries {
            return vec![self.reached(name, addresses).await];
        }
        match self.find(&Asked::of(queries)).await {
            Ok(found) => queries.iter().map(|query| found.reading(query)).collect(),
            Err(fault) => queries.iter().map(|_| Reading::Unreachable(fault.clone())).collect(),
        }
    }

    /// Asks the cluster. The first question is small and shows within the timeout whether it answers at all.
    async fn find(&self, asked: &Asked<'_>) -> Result<Found, Fault> {
        let first = async {
            let admin = self.admin().await?;
            self.requests().note("DescribeCluster", 1);
            let description = admin.describe_cluster(DescribeClusterOptions::default()).await;
            Ok((admin, description.map_err(|error| fault::of(&self.name, "describe the cluster", &error))?))
        };
        let first = tokio::time::timeout(self.timeout(), first).await;
        let (admin, description) = first.unwrap_or_else(|_| Err(self.silent()))?;
        let (topics, settings, bindings, groups, topic_names, group_names) = futures::try_join!(
            self.describe_topics(admin, asked),
            self.describe_settings(admin, asked),
            self.describe_grants(asked.grants),
            self.read_groups(admin, &asked.groups),
            self.topic_names(admin, asked.topic_names),
            self.group_names(admin, asked.group_names),
        )?;
        let (ends, producers) = futures::try_join!(
            self.list_ends(admin, asked, &topics),
            self.describe_producers(admin, asked, &topics),
        )?;
        Ok(Found {
            description,
            topic_names,
            group_names,
            topics,
            settings,
            ends,
            producers,
            groups,
            bindings,
        })
    }

    async fn describe_topics(
        &self,
        admin: &AdminClient,
        asked: &Asked<'_>,
    ) -> Result<HashMap<String, Item<TopicDescription>>, Fault> {
        let mut batches = Vec::new();
        for batch in asked.topic_batches() {
            batches.push(async move {
                self.requests().note("DescribeTopicPartitions", batch.len());
                let answer = admin.describe_topics(batch, DescribeTopicsOptions::default()).await;
                self.items("describe topics", answer, |name| name, |description| description)
            });
        }
        self.in_batches(batches.into_iter()).await
    }

    async fn describe_settings(
        &self,
        admin: &AdminClient,
        asked: &Asked<'_>,
    ) -> Result<HashMap<String, Item<BTreeMap<String, TopicSetting>>>, Fault> {
        let describe = |(keys, batch): (&BTreeSet<String>, Vec<&str>)| {
            let keys: Vec<String> = keys.iter().cloned().collect();
            let resources: Vec<_> = batch.into_iter().map(ConfigResource::topic).collect();
            async move {
                self.requests().note("DescribeConfigs", resources.len());
                let options = DescribeConfigsOptions::default().config_names(keys);
                let answer = admin.describe_configs(resources, options).await;
                self.items("describe topic settings", answer, |resource| resource.name, settings)
            }
        };
        self.in_batches(asked.setting_batches().into_iter().map(describe)).await
    }

    /// All entries of the cluster. That they can't be read is said of the grants, not of everything.
    async fn describe_grants(&self, wanted: bool) -> Result<Result<BTreeSet<Binding>, Fault>, Fault> {
        if !wanted {
            return Ok(Ok(BTreeSet::new()));
        }
        self.requests().note("DescribeAcls", 1);
        match self.entries().await {
            Ok(entries) => Ok(Ok(entries)),
            Err(error) if fault::is_silence(&error) => Err(fault::of(&self.name, "read grants", &error)),
            Err(error) => Ok(Err(fault::of(&self.name, "read grants", &error))),
        }
    }

    /// All entries, of the first broker that answers.
    async fn entries(&self) -> krafka::Result<BTreeSet<Binding>> {
        let mut silence = KrafkaError::timeout("the cluster names no brokers");
        for at in self.alive().await? {
            let entries = async { self.broker(&at.host, at.port).await?.describe_acls().await };
            match entries.await {
                Err(error) if fault::is_lost(&error) => silence = error,
                settled => return settled,
            }
        }
        Err(silence)
    }

    async fn topic_names(
        &self,
        admin: &AdminClient,
        wanted: bool,
    ) -> Result<Option<BTreeSet<String>>, Fault> {
        if !wanted {
            return Ok(None);
        }
        self.requests().note("Metadata", 1);
        // krafka takes a rest of 100 ms between two looks at all topics, and connecting was the first.
        let names = async { self.any_broker().await?.topic_names().await }.await;
        let names = match names {
            Err(error) if fault::is_lost(&error) => {
                let options = ListTopicsOptions::default().include_internal(true);
                admin.list_topics(options).await.map(BTreeSet::from_iter)
            }
            names => names,
        };
        Ok(Some(names.map_err(|error| fault::of(&self.name, "list topics", &error))?))
    }

    /// Names of consumer groups; none if a broker that coordinates some of them did not say.
    async fn group_names(
        &self,
        admin: &AdminClient,
        wanted: bool,
    ) -> Result<Option<BTreeSet<String>>, Fault> {
        if !wanted {
            return Ok(None);
        }
        self.requests().note("ListGroups", 1);
        let listings = admin.list_consumer_groups(ListConsumerGroupsOptions::default()).await;
        let listings = listings.map_err(|error| fault::of(&self.name, "list groups", &error))?;
        let mut names = BTreeSet::new();
        for (broker, listing) in listings {
            match listing {
                // The other types are Connect workers and Kafka Streams' own, which no replication carries.
                Ok(groups) => names.extend(
                    (groups.into_iter())
                        .filter(|group| matches!(group.protocol_type.as_str(), "consumer" | ""))
                        .map(|group| group.group_id),
                ),
                Err(error) => {
                    tracing::warn!(cluster = self.name, broker, %error, "a broker does not list its groups");
                    return Ok(None);
                }
            }
        }
        Ok(Some(names))
    }

    /// First and next offsets of the topics that are there.
    async fn list_ends(
        &self,
        admin: &AdminClient,
        asked: &Asked<'_>,
        topics: &HashMap<String, Item<TopicDescription>>,
    ) -> Result<HashMap<String, Item<Ends>>, Fault> {
        let there = partitions(&asked.ends, topics);
        let (starts, ends) = futures::try_join!(
            self.list_offsets(admin, &there, OffsetSpec::Earliest),
            self.list_offsets(admin, &there, OffsetSpec::Latest),
        )?;
        let answers = there.into_iter().map(|at| {
            let offsets = starts[&at].clone().and_then(|start| Ok((start, ends[&at].clone()?)));
            (at.topic, offsets.map(|(start, end)| PartitionEnds { start, end }))
        });
        let ends = |partitions| Some(Ends { partitions });
        Ok(by_topic(answers).into_iter().map(|(topic, found)| (topic, found.map(ends))).collect())
    }

    /// One end of each partition. A topic that was just made has leaders that don't know of it yet: they are asked again.
    async fn list_offsets(
        &self,
        admin: &AdminClient,
        at: &[TopicPartition],
        spec: OffsetSpec,
    ) -> Result<HashMap<TopicPartition, Result<i64, Fault>>, Fault> {
        let (mut listed, mut open) = (HashMap::new(), at.to_vec());
        for round in 1.. {
            let answers = self.ask_offsets(admin, &open, spec).await?;
            open.clear();
            for (at, answer) in answers {
                match answer {
                    Err(error) if round < LEADER_ROUNDS && is_early(&error) => open.push(at),
                    answer => {
                        let answer = answer.map_err(|error| fault::of(&self.name, "list offsets", &error));
                        listed.insert(at, answer);
                    }
                }
            }
            if open.is_empty() {
                break;
            }
            tokio::time::sleep(LEADER_PAUSE).await;
        }
        Ok(listed)
    }

    async fn ask_offsets(
        &self,
        admin: &AdminClient,
        at: &[TopicPartition],
        spec: OffsetSpec,
    ) -> Result<HashMap<TopicPartition, Result<i64, KrafkaError>>, Fault> {
        if at.is_empty() {
            return Ok(HashMap::new());
        }
        self.requests().note("ListOffsets", at.len());
        let answer =
            admin.list_offsets(at.iter().map(|at| (at.clone(), spec)), ListOffsetsOptions::default()).await;
        let mut offsets = answer.map_err(|error| fault::of(&self.name, "list offsets", &error))?;
        let missing =
            || KrafkaError::protocol_kind(krafka::ProtocolErrorKind::Malformed, "no offset answered");
        let mut offset = |at: &TopicPartition| {
            let listed = offsets.remove(at).unwrap_or_else(|| Err(missing()));
            (at.clone(), listed.map(|listed| listed.offset))
        };
        Ok(at.iter().map(&mut offset).collect())
    }

    /// Runs requests, some at once, and lays their answers together.
    async fn in_batches<T, F>(
        &self,
        requests: impl Iterator<Item = F>,
    ) -> Result<HashMap<String, Item<T>>, Fault>
    where
        F: Future<Output = Result<HashMap<String, Item<T>>, Fault>>,
    {
        let answers = stream::iter(requests).buffer_unordered(REQUESTS_AT_ONCE);
        let extend = |mut all: HashMap<_, _>, batch| async move {
            all.extend(batch);
            Ok(all)
        };
        answers.try_fold(HashMap::new(), extend).await
    }

    /// Sorts an answer: a topic that is not there, one that is refused, and a cluster that is silent as a whole.
    fn items<K, V, T>(
        &self,
        doing: &str,
        answer: krafka::Result<HashMap<K, krafka::Result<V>>>,
        name: impl Fn(K) -> String,
        value: impl Fn(V) -> T,
    ) -> Result<HashMap<String, Item<T>>, Fault> {
        let of = |error: &KrafkaError| fault::of(&self.name, doing, error);
        let item = |(key, result): (K, krafka::Result<V>)| {
            let item = match result {
                Ok(found) => Ok(Some(value(found))),
                Err(KrafkaError::Broker { code: ErrorCode::UnknownTopicOrPartition, .. }) => Ok(None),
                Err(error) if fault::is_silence(&error) => return Err(of(&error)),
                Err(error) => Err(of(&error)),
            };
            Ok((name(key), item))
        };
        answer.map_err(|error| of(&error))?.into_iter().map(item).collect()
    }
}

fn settings(entries: Vec<ConfigEntry>) -> BTreeMap<String, TopicSetting> {
    let setting = |entry: ConfigEntry| {
        (entry.name, topic_setting(entry.config_source, entry.value.unwrap_or_default()))
    };
    entries.into_iter().map(setting).collect()
}

/// A setting, given Kafka's code for where it comes from.
pub(super) const fn topic_setting(source: i8, value: String) -> TopicSetting {
    if source == TOPICS_OWN { TopicSetting::Own(value) } else { TopicSetting::Inherited(value) }
}

/// A topic, given its id and the fewest replicas that one of its partitions has.
pub(super) fn topic_object(
    id: [u8; 16],
    partitions: usize,
    replicas: Option<usize>,
    config: BTreeMap<String, TopicSetting>,
) -> TopicObject {
    TopicObject {
        incarnation: Some(BASE64_URL_SAFE_NO_PAD.encode(id)),
        partitions: i32::try_from(partitions).unwrap_or(i32::MAX),
        replication_factor: i16::try_from(replicas.unwrap_or_default()).unwrap_or(i16::MAX),
        config,
    }
}

/// Of the entries asked for, those that are there. Nothing asked for is there by itself.
pub(in crate::provider) fn grants_reading(asked: &BTreeSet<Binding>, there: BTreeSet<Binding>) -> Reading {
    if there.is_empty() && !asked.is_empty() {
        return Reading::Absent;
    }
    Reading::Present(Object::Grants(Grants { bindings: there }))
}

/// The partitions of those of the topics that are there.
pub(super) fn partitions(
    names: &BTreeSet<&str>,
    topics: &HashMap<String, Item<TopicDescription>>,
) -> Vec<TopicPartition> {
    let there = names.iter().filter_map(|name| topics.get(*name)?.as_ref().ok()?.as_ref());
    there
        .flat_map(|topic| topic.partitions.iter().map(|p| TopicPartition::new(&*topic.name, p.partition)))
        .collect()
}

/// What the partitions of each topic answered, in the order in which they did; a topic of which one has no answer has none.
pub(super) fn by_topic<T>(
    answers: impl IntoIterator<Item = (String, Result<T, Fault>)>,
) -> HashMap<String, Result<Vec<T>, Fault>> {
    let mut found: HashMap<String, Result<Vec<T>, Fault>> = HashMap::new();
    for (topic, answer) in answers {
        let topic = found.entry(topic).or_insert_with(|| Ok(Vec::new()));
        match (topic.as_mut(), answer) {
            (Ok(answers), Ok(answer)) => answers.push(answer),
            (Ok(_), Err(fault)) => *topic = Err(fault),
            (Err(_), _) => {}
        }
    }
    found
}

impl Found {
    /// What was found of a topic's partitions; for a topic without any, what was found of the topic.
    fn of_topic<T: Clone>(
        &self,
        topic: &str,
        found: Option<&Item<T>>,
        object: impl Fn(T) -> Object,
    ) -> Reading {
        match found {
            Some(Ok(Some(found))) => Reading::Present(object(found.clone())),
            Some(Err(fault)) => Reading::Unreachable(fault.clone()),
            Some(Ok(None)) | None => match self.topics.get(topic) {
                Some(Err(fault)) => Reading::Unreachable(fault.clone()),
                Some(Ok(_)) | None => Reading::Absent,
            },
        }
    }

    fn reading(&self, query: &Query) -> Reading {
        match query {
            Query::Cluster { topics, groups, .. } => {
                Reading::Present(Object::Cluster(self.facts(*topics, *groups)))
            }
            Query::Topic { name, keys, .. } => self.topic(name, keys),
            Query::Grants { bindings, .. } => match &self.bindings {
                Ok(there) => grants_reading(bindings, bindings.intersection(there).cloned().collect()),
                Err(fault) => Reading::Unreachable(fault.clone()),
            },
            Query::Ends { topic, .. } => self.of_topic(topic, self.ends.get(topic), Object::Ends),
            Query::Producers { topic, .. } => {
                self.of_topic(topic, self.producers.get(topic), Object::Producers)
            }
            Query::Group { name, .. } => match self.groups.get(name) {
                Some(Ok(Some(group))) => Reading::Present(Object::Group(group.clone())),
                Some(Err(fault)) => Reading::Unreachable(fault.clone()),
                Some(Ok(None)) | None => Reading::Absent,
            },
            Query::Connect { .. }
            | Query::Connector { .. }
            | Query::Carried { .. }
            | Query::Zone { .. }
            | Query::RecordSet { .. }
            | Query::Answer { .. }
            | Query::Trial { .. }
            | Query::File { .. }
            | Query::Reached { .. } => {
                let message = format!("{} is nothing that a Kafka cluster can tell", query.id());
                Reading::Unreachable(Fault::new(FaultKind::Invalid, message))
            }
        }
    }

    fn facts(&self, topics: bool, groups: bool) -> ClusterFacts {
        let broker = |broker: &krafka::admin::ClusterBroker| Broker {
            id: broker.id,
            advertised: format!("{}:{}", broker.host, broker.port),
            rack: broker.rack.clone(),
        };
        let mut brokers: Vec<Broker> = self.description.brokers.iter().map(broker).collect();
        brokers.sort_by_key(|broker| broker.id);
        ClusterFacts {
            cluster_id: self.description.cluster_id.clone(),
            brokers,
            topics: self.topic_names.clone().filter(|_| topics),
            groups: self.group_names.clone().filter(|_| groups),
        }
    }

    fn topic(&self, name: &str, keys: &BTreeSet<String>) -> Reading {
        let description = match self.topics.get(name) {
            Some(Ok(Some(description))) => description,
            Some(Ok(None)) | None => return Reading::Absent,
            Some(Err(fault)) => return Reading::Unreachable(fault.clone()),
        };
        let config = match self.settings.get(name) {
            Some(Ok(Some(settings))) => {
                let wanted = settings.iter().filter(|(key, _)| keys.contains(*key));
                wanted.map(|(key, setting)| (key.clone(), setting.clone())).collect()
            }
            // Deleted between the two requests.
            Some(Ok(None)) => return Reading::Absent,
            Some(Err(fault)) => return Reading::Unreachable(fault.clone()),
            None => BTreeMap::new(),
        };
        let replicas = description.partitions.iter().map(|partition| partition.replicas.len()).min();
        let partitions = description.partitions.len();
        Reading::Present(Object::Topic(topic_object(description.topic_id, partitions, replicas, config)))
    }
}
