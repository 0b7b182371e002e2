//! What leeward remembers of an object that it owns.

use super::{Binding, Object, ObjectId, OnRemove, TopicSetting};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What leeward remembers of an object that it owns: enough to read, compare and let go of it when its block is
/// gone, and never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Owned {
    /// The object.
    pub id: ObjectId,
    /// Kafka's id of the topic's life (KIP-516): a topic deleted and made anew is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incarnation: Option<String>,
    /// Settings that leeward manages.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub keys: BTreeSet<String>,
    /// Entries that leeward granted.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub bindings: BTreeSet<Binding>,
    /// What happens when it is no longer declared.
    #[serde(default)]
    pub on_remove: OnRemove,
    /// What it was when leeward last saw it: what `-refresh=false` plans against.
    pub last: Object,
}

impl Owned {
    /// What is to be remembered of an object once the world has it as `object`.
    pub fn of(id: &ObjectId, object: &Object, on_remove: OnRemove) -> Self {
        let mut owned = Self {
            id: id.clone(),
            incarnation: None,
            keys: BTreeSet::new(),
            bindings: BTreeSet::new(),
            on_remove,
            last: object.clone(),
        };
        match object {
            Object::Topic(topic) => {
                owned.incarnation.clone_from(&topic.incarnation);
                let own = topic.config.iter().filter(|(_, value)| matches!(value, TopicSetting::Own(_)));
                owned.keys = own.map(|(key, _)| key.clone()).collect();
            }
            Object::Grants(grants) => owned.bindings.clone_from(&grants.bindings),
            Object::Cluster(_)
            | Object::Ends(_)
            | Object::Producers(_)
            | Object::Group(_)
            | Object::Connect(_)
            | Object::Connector(_)
            | Object::Carried(_)
            | Object::Zone(_)
            | Object::RecordSet(_)
            | Object::Answer(_)
            | Object::Trial(_)
            | Object::File(_) => {}
        }
        owned
    }
}
