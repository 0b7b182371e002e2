//! Refusing writes without an authorizer.

use super::wait::settled;
use super::{Conduct, Found};
use crate::estate::{
    Address, Change, Evidence, FENCED_MESSAGE_BYTES, Object, ObjectId, Query, TopicObject, TopicSetting, Verb,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The setting with which the size of every batch is compared.
const SETTING: &str = "max.message.bytes";

impl Conduct<'_> {
    pub(super) async fn refuse_writes(
        &self,
        cluster: &Address,
        topics: &BTreeMap<String, Option<String>>,
    ) -> Found {
        let refusing =
            topics.keys().map(|topic| (topic.clone(), Some(FENCED_MESSAGE_BYTES.to_owned()))).collect();
        self.set_topics(cluster, &refusing).await
    }

    pub(super) async fn allow_writes(
        &self,
        cluster: &Address,
        topics: &BTreeMap<String, Option<String>>,
    ) -> Found {
        self.set_topics(cluster, topics).await
    }

    /// Gives each topic this value of its own, or none. A topic that is gone needs none.
    async fn set_topics(&self, cluster: &Address, wanted: &BTreeMap<String, Option<String>>) -> Found {
        let keys = Arc::new(BTreeSet::from([SETTING.to_owned()]));
        let query = |name: &String| Query::Topic {
            cluster: cluster.clone(),
            name: name.clone(),
            keys: Arc::clone(&keys),
        };
        let found = self.read(&wanted.keys().map(query).collect::<Vec<_>>()).await?;
        let changes: Vec<Change> = (wanted.iter())
            .filter_map(|(name, value)| {
                let id = ObjectId::topic(cluster, name);
                let Some(Object::Topic(from)) = found.get(&id) else { return None };
                let to = with(from, value.as_deref());
                let verb = Verb::Update { from: Object::Topic(from.clone()), to: Object::Topic(to) };
                (own(from) != value.as_deref()).then_some(Change { id, verb })
            })
            .collect();
        for (change, outcome) in changes.iter().zip(self.world.objects.change(&changes).await) {
            settled(change, outcome)?;
        }
        Ok(Evidence::Seen(format!("{} changed", changes.len())))
    }
}

fn own(topic: &TopicObject) -> Option<&str> {
    match topic.config.get(SETTING) {
        Some(TopicSetting::Own(value)) => Some(value),
        Some(TopicSetting::Inherited(_)) | None => None,
    }
}

fn with(topic: &TopicObject, value: Option<&str>) -> TopicObject {
    let mut topic = topic.clone();
    match value {
        Some(value) => topic.config.insert(SETTING.to_owned(), TopicSetting::Own(value.to_owned())),
        None => topic.config.remove(SETTING),
    };
    topic
}
