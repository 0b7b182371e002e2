//! Groups by the hundred, of the brokers that coordinate them: OffsetFetch 8 (KIP-709) asks for many at once.
//!
//! krafka asks for each group by itself, and before that for its coordinator, twice. Here every broker is asked for all of
//! them, and each answers for its own. What none says clearly is left to krafka, which knows how to wait and where to ask
//! again.

use super::Kafka;
use super::asked::GROUPS_PER_REQUEST;
use super::broker::Broker;
use super::frame::{Reader, Writer};
use crate::estate::Group;
use futures::future::join_all;
use krafka::__private::protocol::versions::{
    CONSUMER_GROUP_DESCRIBE_MAX, CONSUMER_GROUP_DESCRIBE_MIN, DESCRIBE_GROUPS_MAX, DESCRIBE_GROUPS_MIN,
};
use krafka::__private::protocol::{
    ApiKey, ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse, DescribeGroupsRequest,
    DescribeGroupsResponse,
};
use krafka::error::ErrorCode;
use krafka::{KrafkaError, Result};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The first version of OffsetFetch that takes more than one group: Kafka 3.0.
const OFFSET_FETCH: i16 = 8;

type Positions = BTreeMap<String, BTreeMap<i32, i64>>;

impl Kafka {
    /// Those of the groups that one broker, and only one, says everything of; none for one that is not there.
    pub(super) async fn coordinated(&self, names: &BTreeSet<&str>) -> HashMap<String, Option<Group>> {
        let brokers = self.alive().await.unwrap_or_default();
        // Every broker is asked for every group: where there are more brokers than groups that is no gain.
        if names.len() < brokers.len() {
            return HashMap::new();
        }
        let names: Vec<&str> = names.iter().copied().collect();
        let batches = brokers.iter().flat_map(|at| {
            names.chunks(GROUPS_PER_REQUEST).map(async |batch| {
                let told = async { self.told(&self.broker(&at.host, at.port).await?, batch).await };
                // A broker that hangs must not hold up the others' answers.
                let told = tokio::time::timeout(self.timeout() / 3, told).await;
                told.unwrap_or_else(|_| Err(KrafkaError::timeout("OffsetFetch"))).unwrap_or_else(|error| {
                    tracing::debug!(cluster = self.name, broker = at.id, %error, "a broker does not tell of its groups");
                    HashMap::new()
                })
            })
        });
        let mut found: HashMap<String, Vec<Option<Group>>> = HashMap::new();
        for (name, group) in join_all(batches).await.into_iter().flatten() {
            found.entry(name).or_default().push(group);
        }
        // Two coordinators of one group: it moves, and one of them is of yesterday.
        let sole = |(name, mut told): (String, Vec<Option<Group>>)| {
            (told.len() == 1).then(|| told.pop()).flatten().map(|group| (name, group))
        };
        found.into_iter().filter_map(sole).collect()
    }

    /// What a broker tells of those groups that it coordinates.
    async fn told(&self, broker: &Broker, names: &[&str]) -> Result<HashMap<String, Option<Group>>> {
        self.requests().note("OffsetFetch", names.len());
        let mut positions = broker.positions(names).await?;
        let own: Vec<String> = positions.keys().cloned().collect();
        if own.is_empty() {
            return Ok(HashMap::new());
        }
        self.requests().note("DescribeGroups", own.len());
        let members = broker.members(own).await?;
        let group = |(name, members): (String, Option<usize>)| {
            let positions = positions.remove(&name)?;
            let is_there = members.is_some() || !positions.is_empty();
            let group = is_there.then(|| Group { members: members.unwrap_or_default(), positions });
            Some((name, group))
        };
        Ok(members.into_iter().filter_map(group).collect())
    }
}

impl Broker {
    /// Where those groups stand of which it says so, all partitions of each.
    async fn positions(&self, names: &[&str]) -> Result<HashMap<String, Positions>> {
        let mut request = Writer::default();
        request.compact_list(names, |request, name| {
            request.compact_text(name)?;
            // All of its topics.
            request.compact_null();
            request.no_tags();
            Ok(())
        })?;
        // Without waiting for transactions that are open (`require_stable`): what they commit is not committed yet.
        request.i8(0);
        request.no_tags();
        let answer = self.ask(ApiKey::OffsetFetch, OFFSET_FETCH, &request).await?;
        let mut answer = Reader(&answer);
        let _throttled = answer.i32()?;
        let groups = answer.compact_list(read_group)?;
        Ok(groups.into_iter().flatten().collect())
    }

    /// How many members the groups have of which it says so; none for one that is not there.
    async fn members(&self, names: Vec<String>) -> Result<HashMap<String, Option<usize>>> {
        let mut members = HashMap::new();
        let mut classic = names;
        // Kafka 3.6 and older know classic groups alone. Between 3.7 and 3.8 a classic group can look like a new one
        // without members: whatever has none is asked for again.
        if self.speaks(
            ApiKey::ConsumerGroupDescribe,
            CONSUMER_GROUP_DESCRIBE_MIN,
            CONSUMER_GROUP_DESCRIBE_MAX,
        ) {
            let request = ConsumerGroupDescribeRequest::new(std::mem::take(&mut classic));
            let (least, most) = (CONSUMER_GROUP_DESCRIBE_MIN, CONSUMER_GROUP_DESCRIBE_MAX);
            let answer: ConsumerGroupDescribeResponse =
                self.exchange(ApiKey::ConsumerGroupDescribe, least, most, &request).await?;
            for group in answer.groups {
                match group.error_code {
                    ErrorCode::GroupIdNotFound | ErrorCode::UnsupportedVersion => {
                        classic.push(group.group_id)
                    }
                    ErrorCode::None if group.members.is_empty() => {
                        members.insert(group.group_id.clone(), Some(0));
                        classic.push(group.group_id);
                    }
                    ErrorCode::None => {
                        members.insert(group.group_id, Some(group.members.len()));
                    }
                    _ => {}
                }
            }
        }
        if classic.is_empty() {
            return Ok(members);
        }
        let request = DescribeGroupsRequest { groups: classic, include_authorized_operations: false };
        let (least, most) = (DESCRIBE_GROUPS_MIN, DESCRIBE_GROUPS_MAX);
        let answer: DescribeGroupsResponse =
            self.exchange(ApiKey::DescribeGroups, least, most, &request).await?;
        for group in answer.groups {
            let is_new = members.contains_key(&group.group_id);
            match group.error_code {
                // KIP-1043 gave what is not there a code of its own; before, it was `Dead`.
                ErrorCode::GroupIdNotFound if !is_new => _ = members.insert(group.group_id, None),
                ErrorCode::None if group.group_state == "Dead" && !is_new => {
                    members.insert(group.group_id, None);
                }
                ErrorCode::None if group.group_state != "Dead" => {
                    members.insert(group.group_id, Some(group.members.len()));
                }
                _ => {}
            }
        }
        Ok(members)
    }
}

/// One group and where it stands; none if this broker does not say that for certain.
fn read_group(answer: &mut Reader<'_>) -> Result<Option<(String, Positions)>> {
    let name = answer.compact_text()?.unwrap_or_default();
    let topics = answer.compact_list(|answer| {
        let topic = answer.compact_text()?.unwrap_or_default();
        let partitions = answer.compact_list(read_partition)?;
        answer.skip_tags()?;
        Ok((topic, partitions))
    })?;
    let mut is_certain = ErrorCode::from_i16(answer.i16()?) == ErrorCode::None;
    answer.skip_tags()?;
    let mut positions = Positions::new();
    for (topic, partitions) in topics {
        for (partition, offset, code) in partitions {
            is_certain &= code == ErrorCode::None;
            if offset >= 0 {
                positions.entry(topic.clone()).or_default().insert(partition, offset);
            }
        }
    }
    Ok(is_certain.then_some((name, positions)))
}

fn read_partition(answer: &mut Reader<'_>) -> Result<(i32, i64, ErrorCode)> {
    let (partition, offset) = (answer.i32()?, answer.i64()?);
    let _leader_epoch = answer.i32()?;
    let _metadata = answer.compact_text()?;
    let code = ErrorCode::from_i16(answer.i16()?);
    answer.skip_tags()?;
    Ok((partition, offset, code))
}
