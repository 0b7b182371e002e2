//! Whether the world is still what a step expects.

use super::Expect;
use crate::estate::{Object, Reading, TopicObject, TopicSetting};

impl Expect {
    /// Whether a reading is what the step expects.
    ///
    /// Only what the step is about counts: settings that others manage, values that a topic inherits, whether a
    /// connector runs, and what each authority answers may change without making the step wrong.
    pub fn holds(&self, reading: &Reading) -> bool {
        match (self, reading) {
            (Self::Anything, _) | (Self::Absent, Reading::Absent) => true,
            (Self::Absent, Reading::Present(Object::Grants(grants))) => grants.bindings.is_empty(),
            (Self::Present(expected), Reading::Present(found)) => is_still(expected, found),
            (Self::Absent | Self::Present(_), _) => false,
        }
    }
}

fn is_still(expected: &Object, found: &Object) -> bool {
    match (expected, found) {
        (Object::Topic(expected), Object::Topic(found)) => is_still_topic(expected, found),
        (Object::Grants(expected), Object::Grants(found)) => expected.bindings.is_subset(&found.bindings),
        (Object::Connector(expected), Object::Connector(found)) => expected.config == found.config,
        (Object::RecordSet(expected), Object::RecordSet(found)) => {
            expected.ttl == found.ttl && expected.values == found.values
        }
        (expected, found) => expected == found,
    }
}

fn is_still_topic(expected: &TopicObject, found: &TopicObject) -> bool {
    let is_still_set = |(key, setting): (&String, &TopicSetting)| match (setting, found.config.get(key)) {
        (TopicSetting::Own(expected), Some(TopicSetting::Own(found))) => expected == found,
        (TopicSetting::Own(_), _) => false,
        (TopicSetting::Inherited(_), found) => !matches!(found, Some(TopicSetting::Own(_))),
    };
    let is_same_life = match (&expected.incarnation, &found.incarnation) {
        (Some(expected), Some(found)) => expected == found,
        _ => true,
    };
    is_same_life
        && expected.partitions == found.partitions
        && expected.replication_factor == found.replication_factor
        && expected.config.iter().all(is_still_set)
}
