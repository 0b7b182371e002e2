//! Changes → requests, in batches; what each change was answered.

use super::groups::GROUPS_AT_ONCE;
use super::{Kafka, knows_operation, setting_changes};
use crate::estate::{Binding, Change, Grants, Group, Object, TopicObject, TopicSetting, Verb, What};
use futures::future::join_all;
use futures::{StreamExt, stream};
use krafka::admin::{
    AdminClient, ConfigOp, ConfigResource, CreatePartitionsOptions, CreateTopicsOptions,
    DeleteConsumerGroupsOptions, DeleteTopicsOptions, IncrementalAlterConfigsOptions, NewTopic,
};
use krafka::{KrafkaError, Result};
use std::collections::{BTreeSet, HashMap};

/// So many topics are made, changed or deleted in one request.
const TOPICS_PER_REQUEST: usize = 1_000;
/// A controller refuses a request that would write more than 10,000 records of its log at once: one a topic, a
/// partition and a setting (`QuorumController.MAX_RECORDS_PER_USER_OP`).
const RECORDS_PER_REQUEST: usize = 8_000;
/// So many entries are granted or taken in one request.
const ENTRIES_PER_REQUEST: usize = 500;

/// What is sent for a number of changes; each part names the changes, by their place, that it belongs to.
#[derive(Default)]
struct Requests<'a> {
    create: Vec<(usize, NewTopic)>,
    delete: Vec<(usize, &'a str)>,
    partitions: Vec<(usize, &'a str, i32)>,
    settings: Vec<(usize, &'a str, Vec<ConfigOp>)>,
    grant: Vec<(usize, &'a Binding)>,
    take: Vec<(usize, &'a Binding)>,
    positions: Vec<(usize, &'a str, Option<&'a Group>, &'a Group)>,
    groups: Vec<(usize, &'a str)>,
}

/// The first error of each change; a change that is not in here was taken.
pub(super) type Errors = HashMap<usize, KrafkaError>;

impl Kafka {
    /// Sends what the changes need, the unrelated at once.
    pub(super) async fn send(&self, admin: &AdminClient, changes: &[(usize, &Change)]) -> Errors {
        let mut errors = Errors::new();
        let mut requests = Requests::default();
        for (at, change) in changes {
            if let Err(error) = requests.add(*at, change) {
                errors.insert(*at, error);
            }
        }
        let answers = futures::join!(
            self.create(admin, &requests.create),
            self.delete(admin, &requests.delete),
            // Partitions first: a setting that fails must not leave a topic too small unnoticed.
            async {
                let mut answered = self.add_partitions(admin, &requests.partitions).await;
                answered.extend(self.alter(admin, &requests.settings).await);
                answered
            },
            self.grant(&requests.grant),
            self.take(&requests.take),
            self.commit(admin, &requests.positions),
            self.delete_groups(admin, &requests.groups),
        );
        let (created, deleted, altered, granted, taken, committed, ended) = answers;
        let answers = created.into_iter().chain(deleted).chain(altered).chain(granted).chain(taken);
        for (at, answer) in answers.chain(committed).chain(ended) {
            if let Err(error) = answer {
                errors.entry(at).or_insert(error);
            }
        }
        errors
    }

    async fn create(&self, admin: &AdminClient, topics: &[(usize, NewTopic)]) -> Vec<(usize, Result<()>)> {
        let send = async |batch: &[(usize, NewTopic)]| {
            self.requests().note("CreateTopics", batch.len());
            let topics = batch.iter().map(|(_, topic)| topic.clone());
            let answer = admin.create_topics(topics, CreateTopicsOptions::default()).await;
            by_name(batch.iter().map(|(at, topic)| (*at, topic.name.clone())), answer)
        };
        let records =
            |(_, topic): &(usize, NewTopic)| 1 + usize_of(topic.num_partitions) + topic.configs.len();
        join_all(batches(topics, records).into_iter().map(send)).await.concat_answers()
    }

    async fn delete(&self, admin: &AdminClient, topics: &[(usize, &str)]) -> Vec<(usize, Result<()>)> {
        let send = async |batch: &[(usize, &str)]| {
            self.requests().note("DeleteTopics", batch.len());
            let names = batch.iter().map(|(_, name)| *name);
            let answer = admin.delete_topics(names, DeleteTopicsOptions::default()).await;
            by_name(batch.iter().map(|(at, name)| (*at, (*name).to_owned())), answer)
        };
        join_all(topics.chunks(TOPICS_PER_REQUEST).map(send)).await.concat_answers()
    }

    async fn add_partitions(
        &self,
        admin: &AdminClient,
        topics: &[(usize, &str, i32)],
    ) -> Vec<(usize, Result<()>)> {
        let send = async |batch: &[(usize, &str, i32)]| {
            self.requests().note("CreatePartitions", batch.len());
            let totals = batch.iter().map(|(_, name, total)| (*name, *total));
            let answer = admin.create_partitions(totals, CreatePartitionsOptions::default()).await;
            by_name(batch.iter().map(|(at, name, _)| (*at, (*name).to_owned())), answer)
        };
        let records = |(_, _, total): &(usize, &str, i32)| usize_of(*total);
        join_all(batches(topics, records).into_iter().map(send)).await.concat_answers()
    }

    async fn alter(
        &self,
        admin: &AdminClient,
        topics: &[(usize, &str, Vec<ConfigOp>)],
    ) -> Vec<(usize, Result<()>)> {
        let send = async |batch: &[(usize, &str, Vec<ConfigOp>)]| {
            self.requests().note("IncrementalAlterConfigs", batch.len());
            let changes = batch.iter().map(|(_, name, ops)| (ConfigResource::topic(*name), ops.clone()));
            let answer =
                admin.incremental_alter_configs(changes, IncrementalAlterConfigsOptions::default()).await;
            let answer = answer.map(|answers| {
                answers.into_iter().map(|(resource, answer)| (resource.name, answer)).collect()
            });
            by_name(batch.iter().map(|(at, name, _)| (*at, (*name).to_owned())), answer)
        };
        let records = |(_, _, ops): &(usize, &str, Vec<ConfigOp>)| ops.len();
        join_all(batches(topics, records).into_iter().map(send)).await.concat_answers()
    }

    async fn grant(&self, entries: &[(usize, &Binding)]) -> Vec<(usize, Result<()>)> {
        let send = async |batch: &[(usize, &Binding)]| {
            self.requests().note("CreateAcls", batch.len());
            let entries: Vec<&Binding> = batch.iter().map(|(_, entry)| *entry).collect();
            let answer = async { self.any_broker().await?.create_acls(&entries).await };
            in_order(batch.iter().map(|(at, _)| *at), answer.await)
        };
        join_all(entries.chunks(ENTRIES_PER_REQUEST).map(send)).await.concat_answers()
    }

    async fn take(&self, entries: &[(usize, &Binding)]) -> Vec<(usize, Result<()>)> {
        let send = async |batch: &[(usize, &Binding)]| {
            self.requests().note("DeleteAcls", batch.len());
            let entries: Vec<&Binding> = batch.iter().map(|(_, entry)| *entry).collect();
            let answer = async { self.any_broker().await?.delete_acls(&entries).await };
            in_order(batch.iter().map(|(at, _)| *at), answer.await)
        };
        join_all(entries.chunks(ENTRIES_PER_REQUEST).map(send)).await.concat_answers()
    }
}

impl Kafka {
    /// Groups that have members are refused.
    async fn delete_groups(&self, admin: &AdminClient, groups: &[(usize, &str)]) -> Vec<(usize, Result<()>)> {
        if groups.is_empty() {
            return Vec::new();
        }
        self.requests().note("DeleteGroups", groups.len());
        let names = groups.iter().map(|(_, name)| *name);
        let answer = admin.delete_consumer_groups(names, DeleteConsumerGroupsOptions::default()).await;
        by_name(groups.iter().map(|(at, name)| (*at, (*name).to_owned())), answer)
    }

    /// A group's positions are a request of their own, to its coordinator.
    async fn commit(
        &self,
        admin: &AdminClient,
        groups: &[(usize, &str, Option<&Group>, &Group)],
    ) -> Vec<(usize, Result<()>)> {
        let nowhere = Group::default();
        let mut asked = Vec::new();
        for (at, name, from, to) in groups {
            let set = self.set_positions(admin, name, from.unwrap_or(&nowhere), to);
            asked.push(async move { (*at, set.await) });
        }
        stream::iter(asked).buffer_unordered(GROUPS_AT_ONCE).collect().await
    }
}

impl<'a> Requests<'a> {
    fn add(&mut self, at: usize, change: &'a Change) -> Result<()> {
        match (&change.id.what, &change.verb) {
            (What::Topic(name), Verb::Create(Object::Topic(topic))) => {
                self.create.push((at, new_topic(name, topic)?));
            }
            (What::Topic(name), Verb::Delete(_)) => self.delete.push((at, name)),
            (What::Topic(name), Verb::Update { from: Object::Topic(from), to: Object::Topic(to) }) => {
                if to.partitions > from.partitions {
                    self.partitions.push((at, name, to.partitions));
                }
                let ops: Vec<ConfigOp> = setting_changes(from, to).into_iter().map(operation).collect();
                if !ops.is_empty() {
                    self.settings.push((at, name, ops));
                }
            }
            (What::Grants(_), verb) => {
                let (from, to) = grants_of(verb);
                for entry in to.difference(from) {
                    self.grant.push((at, known(entry)?));
                }
                for entry in from.difference(to) {
                    self.take.push((at, known(entry)?));
                }
            }
            (What::Group(name), Verb::Create(Object::Group(to))) => {
                self.positions.push((at, name, None, to));
            }
            (What::Group(name), Verb::Update { from: Object::Group(from), to: Object::Group(to) }) => {
                self.positions.push((at, name, Some(from), to));
            }
            (What::Group(name), Verb::Delete(_)) => self.groups.push((at, name)),
            _ => return Err(KrafkaError::config(format!("{} can't be changed through Kafka", change.id))),
        }
        Ok(())
    }
}

fn new_topic(name: &str, topic: &TopicObject) -> Result<NewTopic> {
    let own = topic.config.iter().filter_map(|(key, value)| match value {
        TopicSetting::Own(value) => Some((key, value)),
        TopicSetting::Inherited(_) => None,
    });
    let bare = NewTopic::new(name, topic.partitions, topic.replication_factor)?;
    Ok(own.fold(bare, |topic, (key, value)| topic.with_config(key, value)))
}

fn operation((key, value): (String, Option<String>)) -> ConfigOp {
    match value {
        Some(value) => ConfigOp::set(key, value),
        None => ConfigOp::delete(key),
    }
}

/// The entries before and after.
fn grants_of(verb: &Verb) -> (&BTreeSet<Binding>, &BTreeSet<Binding>) {
    static NONE: BTreeSet<Binding> = BTreeSet::new();
    fn entries(object: &Object) -> &BTreeSet<Binding> {
        match object {
            Object::Grants(Grants { bindings }) => bindings,
            _ => &NONE,
        }
    }
    match verb {
        Verb::Create(to) => (&NONE, entries(to)),
        Verb::Update { from, to } => (entries(from), entries(to)),
        Verb::Delete(from) => (entries(from), &NONE),
    }
}

/// The entry, if Kafka knows its operation.
fn known(entry: &Binding) -> Result<&Binding> {
    let unknown = || KrafkaError::config(format!("Kafka knows no operation {}", entry.operation));
    knows_operation(&entry.operation).then_some(entry).ok_or_else(unknown)
}

fn usize_of(number: i32) -> usize {
    usize::try_from(number).unwrap_or_default()
}

/// Cuts what is sent into requests that a controller takes, given how many records each item writes.
fn batches<T>(items: &[T], records: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let mut batches = Vec::new();
    let (mut begin, mut written) = (0, 0);
    for (at, item) in items.iter().enumerate() {
        let more = records(item);
        if at > begin && (at - begin == TOPICS_PER_REQUEST || written + more > RECORDS_PER_REQUEST) {
            batches.push(&items[begin..at]);
            (begin, written) = (at, 0);
        }
        written += more;
    }
    batches.extend((begin < items.len()).then(|| &items[begin..]));
    batches
}

/// Gives each change the answer that stands under its name.
fn by_name(
    asked: impl Iterator<Item = (usize, String)>,
    answer: Result<HashMap<String, Result<()>>>,
) -> Vec<(usize, Result<()>)> {
    match answer {
        Ok(mut answers) => {
            asked.map(|(at, name)| (at, answers.remove(&name).unwrap_or_else(|| Err(unanswered())))).collect()
        }
        Err(error) => asked.map(|(at, _)| (at, Err(error.clone()))).collect(),
    }
}

/// Gives each change the answer in its place.
fn in_order(asked: impl Iterator<Item = usize>, answer: Result<Vec<Result<()>>>) -> Vec<(usize, Result<()>)> {
    match answer {
        Ok(answers) => {
            let answers = answers.into_iter().map(Some).chain(std::iter::repeat_with(|| None));
            asked.zip(answers).map(|(at, answer)| (at, answer.unwrap_or_else(|| Err(unanswered())))).collect()
        }
        Err(error) => asked.map(|at| (at, Err(error.clone()))).collect(),
    }
}

fn unanswered() -> KrafkaError {
    KrafkaError::protocol_kind(krafka::ProtocolErrorKind::Malformed, "the broker left it out of its answer")
}

/// Lays the answers of several requests together.
trait Concat {
    fn concat_answers(self) -> Vec<(usize, Result<()>)>;
}

impl Concat for Vec<Vec<(usize, Result<()>)>> {
    fn concat_answers(self) -> Vec<(usize, Result<()>)> {
        self.into_iter().flatten().collect()
    }
}
