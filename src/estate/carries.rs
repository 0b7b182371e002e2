//! What MirrorMaker carries of what a replication selects.

use super::{Naming, Replication, Selection};
use std::borrow::Cow;
use std::sync::LazyLock;

/// MirrorMaker's own `topics.exclude` (`DefaultTopicFilter`).
static EXCLUDED_TOPICS: LazyLock<Selection> =
    LazyLock::new(|| Selection::of_list(r".*[\-\.]internal,.*\.replica,__.*"));

/// MirrorMaker's own `groups.exclude` (`DefaultGroupFilter`).
static EXCLUDED_GROUPS: LazyLock<Selection> =
    LazyLock::new(|| Selection::of_list(r"console-consumer-.*,connect-.*,__.*"));

/// What a replication selects, and what MirrorMaker leaves out of it whatever it selects.
#[derive(Debug, Clone)]
pub struct Carries {
    topics: Selection,
    topics_exclude: Selection,
    engine_topics: Cow<'static, Selection>,
    groups: Selection,
    engine_groups: Cow<'static, Selection>,
    /// What the names of topics begin with that came from the target.
    back: Option<String>,
}

impl Carries {
    /// What a replication carries to the cluster of this name.
    pub fn of(replication: &Replication, target: &str) -> Self {
        let back = match &replication.naming {
            Naming::Identity => None,
            Naming::Prefixed { separator } => Some(format!("{target}{separator}")),
        };
        Self {
            back,
            topics: Selection::new(&replication.topics),
            topics_exclude: Selection::new(&replication.topics_exclude),
            engine_topics: engine_excludes_topics(replication),
            groups: Selection::new(&replication.groups),
            engine_groups: engine_excludes_groups(replication),
        }
    }

    /// Whether it carries a topic of this name on the source. What came from the target is not carried back
    /// (`MirrorSourceConnector.isCycle`).
    pub fn topic(&self, name: &str) -> bool {
        self.back.as_ref().is_none_or(|prefix| !name.starts_with(prefix))
            && self.topics.covers(name)
            && !self.topics_exclude.covers(name)
            && !self.engine_topics.covers(name)
            && !is_internal(name)
    }

    /// Whether it carries the positions of a group of this name.
    pub fn group(&self, name: &str) -> bool {
        self.groups.covers(name) && !self.engine_groups.covers(name)
    }

    /// Topics that it selects by their names.
    pub fn named_topics(&self) -> impl Iterator<Item = &String> {
        self.topics.names().iter().filter(|name| self.topic(name))
    }

    /// Groups that it selects by their names.
    pub fn named_groups(&self) -> impl Iterator<Item = &String> {
        self.groups.names().iter().filter(|name| self.group(name))
    }
}

/// What MirrorMaker leaves out by `topics.exclude`, beside the replication's own exclusions.
pub fn engine_excludes_topics(replication: &Replication) -> Cow<'static, Selection> {
    excluded(replication, "topics.exclude", &EXCLUDED_TOPICS)
}

/// What MirrorMaker leaves out by `groups.exclude`.
pub fn engine_excludes_groups(replication: &Replication) -> Cow<'static, Selection> {
    excluded(replication, "groups.exclude", &EXCLUDED_GROUPS)
}

/// The user's own exclusions, else MirrorMaker's.
fn excluded(
    replication: &Replication,
    key: &str,
    engine: &'static LazyLock<Selection>,
) -> Cow<'static, Selection> {
    let own = replication.mirror_maker.config.get(key);
    own.map_or_else(|| Cow::Borrowed(&**engine), |list| Cow::Owned(Selection::of_list(list)))
}

/// Whether MirrorMaker takes a topic for Kafka's or its own and never mirrors it (`ReplicationPolicy.isInternalTopic`).
pub fn is_internal(name: &str) -> bool {
    name.starts_with("__")
        || name.starts_with('.')
        || name.ends_with(".internal")
        || name.ends_with("-internal")
}
