//! Consumer groups: where they stand, and setting it.

use super::read::Item;
use super::{Kafka, fault};
use crate::estate::{Fault, Group};
use futures::{StreamExt, TryStreamExt, stream};
use krafka::admin::{
    AdminClient, AlterConsumerGroupOffsetsOptions, DeleteConsumerGroupOffsetsOptions,
    DescribeConsumerGroupsOptions, ListConsumerGroupOffsetsOptions, TopicPartition,
};
use krafka::error::ErrorCode;
use krafka::{KrafkaError, Result};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A group's positions are a request of their own: so many of them are under way at once.
pub(super) const GROUPS_AT_ONCE: usize = 64;

impl Kafka {
    /// Where groups stand; none for one that is not there.
    pub(super) async fn read_groups(
        &self,
        admin: &AdminClient,
        names: &BTreeSet<&str>,
    ) -> std::result::Result<HashMap<String, Item<Group>>, Fault> {
        if names.is_empty() {
            return Ok(HashMap::new());
        }
        let told = self.coordinated(names).await;
        let left: BTreeSet<&str> = names.iter().copied().filter(|name| !told.contains_key(*name)).collect();
        let mut groups = self.read_one_by_one(admin, &left).await?;
        groups.extend(told.into_iter().map(|(name, group)| (name, Ok(group))));
        Ok(groups)
    }

    /// Where groups stand whose coordinator has to be found, or waited for.
    async fn read_one_by_one(
        &self,
        admin: &AdminClient,
        names: &BTreeSet<&str>,
    ) -> std::result::Result<HashMap<String, Item<Group>>, Fault> {
        if names.is_empty() {
            return Ok(HashMap::new());
        }
        self.requests().note("DescribeGroups", names.len());
        let described = admin.describe_consumer_groups(names, DescribeConsumerGroupsOptions::default());
        let mut asked = Vec::new();
        for name in names {
            asked.push(async move { Ok(((*name).to_owned(), self.positions(admin, name).await?)) });
        }
        let positions =
            stream::iter(asked).buffer_unordered(GROUPS_AT_ONCE).try_collect::<HashMap<String, _>>();
        let described =
            async { described.await.map_err(|error| fault::of(&self.name, "describe groups", &error)) };
        let (mut described, mut positions) = futures::try_join!(described, positions)?;
        let group = |name: &&str| {
            let members = members(described.remove(*name));
            let positions = positions.remove(*name).unwrap_or_else(|| Ok(BTreeMap::new()));
            let doing = format!("read group {name}");
            let of = |error: KrafkaError| fault::of(&self.name, &doing, &error);
            let item = match (members, positions) {
                (Ok(None), Ok(positions)) if positions.is_empty() => Ok(None),
                (Ok(members), Ok(positions)) => {
                    Ok(Some(Group { members: members.unwrap_or_default(), positions }))
                }
                (Err(error), _) | (_, Err(error)) => Err(of(error)),
            };
            ((*name).to_owned(), item)
        };
        Ok(names.iter().map(group).collect())
    }

    /// The positions of one group. The outer error is the cluster's silence.
    async fn positions(
        &self,
        admin: &AdminClient,
        name: &str,
    ) -> std::result::Result<Result<BTreeMap<String, BTreeMap<i32, i64>>>, Fault> {
        self.requests().note("OffsetFetch", 1);
        let answer =
            admin.list_consumer_group_offsets(name, ListConsumerGroupOffsetsOptions::default()).await;
        let answer = match answer {
            Err(error) if fault::is_silence(&error) => {
                return Err(fault::of(&self.name, "read groups", &error));
            }
            Err(error) if is_gone(&error) => return Ok(Ok(BTreeMap::new())),
            Err(error) => return Ok(Err(error)),
            Ok(answer) => answer,
        };
        let mut positions = BTreeMap::<String, BTreeMap<i32, i64>>::new();
        for (at, committed) in answer {
            match committed {
                Ok(committed) => {
                    if let Some(position) = committed.offset {
                        positions.entry(at.topic).or_default().insert(at.partition, position);
                    }
                }
                // A position that can't be read must not look like one that is not there.
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(positions))
    }

    /// Sets a group's positions: those that differ, and takes away those that are not wanted.
    pub(super) async fn set_positions(
        &self,
        admin: &AdminClient,
        name: &str,
        from: &Group,
        to: &Group,
    ) -> Result<()> {
        let at = |(topic, partition, _): (&str, i32, i64)| TopicPartition::new(topic, partition);
        let set: Vec<(TopicPartition, i64)> = to
            .partitions()
            .filter(|(topic, partition, position)| from.position(topic, *partition) != Some(*position))
            .map(|found| (at(found), found.2))
            .collect();
        let taken: Vec<TopicPartition> = from
            .partitions()
            .filter(|(topic, partition, _)| to.position(topic, *partition).is_none())
            .map(at)
            .collect();
        if !set.is_empty() {
            self.requests().note("OffsetCommit", set.len());
            let options = AlterConsumerGroupOffsetsOptions::default();
            whole(admin.alter_consumer_group_offsets(name, set, options).await?)?;
        }
        if !taken.is_empty() {
            self.requests().note("OffsetDelete", taken.len());
            let options = DeleteConsumerGroupOffsetsOptions::default();
            whole(admin.delete_consumer_group_offsets(name, taken, options).await?)?;
        }
        Ok(())
    }
}

/// How many members a group has; none if it is not there.
fn members(described: Option<Result<krafka::admin::ConsumerGroupDescription>>) -> Result<Option<usize>> {
    match described {
        Some(Ok(described)) if described.state == "Dead" => Ok(None),
        Some(Ok(described)) => Ok(Some(described.members.len())),
        Some(Err(error)) if is_gone(&error) => Ok(None),
        Some(Err(error)) => Err(error),
        None => Ok(None),
    }
}

/// Whether the coordinator knows no such group (KIP-1043 gave it a code of its own).
const fn is_gone(error: &KrafkaError) -> bool {
    matches!(error, KrafkaError::Broker { code: ErrorCode::GroupIdNotFound, .. })
}

/// The first error of any partition.
fn whole(answer: HashMap<TopicPartition, Result<()>>) -> Result<()> {
    answer.into_values().collect()
}
