//! Tasks in words.

use super::Task;
use crate::estate::Route;
use std::collections::BTreeSet;
use std::fmt;

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AwaitTopics { cluster, topics } => {
                write!(f, "see {} on every broker of {}", topics_of(topics.len()), cluster.name)
            }
            Self::NoteStarts { source, target, topics } => {
                let topics = topics_of(topics.len());
                write!(f, "note where {topics} began, {} → {}", source.name, target.name)
            }
            Self::SetConnectorOffsets { connector, .. } => write!(f, "set the offsets of {connector}"),
            Self::SetConnectorState { connector, state } => write!(f, "bring {connector} to {state}"),
            Self::AwaitConnector { connector, .. } => write!(f, "see {connector} run with all its tasks"),
            Self::AwaitHeartbeat { cluster, topic } => {
                write!(f, "see a heartbeat cross: {topic} on {}", cluster.name)
            }
            Self::AwaitPropagation { record, .. } => write!(f, "see {} on every authority", record.what),
            Self::SetActive { pair, side, epoch } => write!(f, "make {side} active in {pair}, epoch {epoch}"),
            Self::AwaitResolved { record, resolvers, .. } => {
                write!(f, "see {} through {}", record.what, resolvers.join(", "))
            }
            failover => failover.of_failover(f),
        }
    }
}

impl Task {
    /// The verbs that only a failover has.
    fn of_failover(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ContinueFromCutOver(on) => {
                write!(f, "let {} go on from the cut-over's ends of {}", on.connector, on.source.name)
            }
            Self::Call { owner, occasion, .. } => write!(f, "{occasion} {}", owner.name),
            Self::RefuseWrites { cluster, topics } => {
                write!(f, "refuse writes to {} on {}", topics_of(topics.len()), cluster.name)
            }
            Self::AllowWrites { cluster, topics } => {
                write!(f, "allow writes to {} on {}", topics_of(topics.len()), cluster.name)
            }
            Self::AwaitQuiet { cluster, topics } => {
                write!(f, "see {} stand still on {}", topics_of(topics.len()), cluster.name)
            }
            Self::DeferFence { cluster, .. } => write!(f, "leave the fence of {} pending", cluster.name),
            Self::SettleFence { cluster, .. } => {
                write!(f, "note that the fence of {} is settled", cluster.name)
            }
            Self::Renounce { cluster, .. } => {
                write!(f, "note that what {} holds counts no more", cluster.name)
            }
            Self::AwaitGroupsEmpty { cluster, groups } => {
                write!(f, "see {} without members on {}", names_of(groups, "group"), cluster.name)
            }
            Self::TakeSnapshot { .. } => f.write_str("note where every log ends"),
            Self::Canary { cluster, through: Some(entrance), .. } => {
                write!(f, "write a canary to {} through {}", cluster.name, entrance.name())
            }
            Self::Canary { cluster, .. } => write!(f, "write a canary to {} and read it", cluster.name),
            Self::WriteNumbered { cluster, topic, partitions, each } => {
                let records = i64::from(*partitions) * each;
                write!(f, "write {records} numbered records to {topic} on {}", cluster.name)
            }
            Self::Sweep { .. } => f.write_str("remove all that a drill leaves"),
            Self::AwaitMembers { cluster, groups, .. } => {
                write!(f, "see {} on {}", names_of(groups, "group"), cluster.name)
            }
            Self::AwaitWriters { cluster, topics, .. } => {
                write!(f, "see records arrive in {} on {}", topics_of(topics.len()), cluster.name)
            }
            Self::Approve { name, .. } => write!(f, "approve {name:?}"),
            along => along.of_flow(f),
        }
    }

    /// What is done along a flow.
    fn of_flow(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AwaitDrained { route } => {
                let topics = topics_of(route.topics.len());
                write!(f, "drain {topics}, {} → {}", route.source.name, route.target.name)
            }
            Self::AwaitCarried { route } => {
                let topics = topics_of(route.topics.len());
                write!(f, "see {topics} carried, {} → {}", route.source.name, route.target.name)
            }
            Self::CommitGroups { route, .. } => {
                write!(f, "translate {} and set on {}", names_of(&route.groups, "group"), route.target.name)
            }
            Self::AwaitCopies { route } => write!(f, "see the same records on {}", route.target.name),
            Self::ReadOn { route } => write!(f, "read on with {}", on_target(route)),
            // All others are said above.
            _ => Ok(()),
        }
    }
}

/// The groups of a flow, and where they go on.
fn on_target(route: &Route) -> String {
    format!("{} on {}", names_of(&route.groups, "group"), route.target.name)
}

fn topics_of(number: usize) -> String {
    if number == 1 { "1 topic".into() } else { format!("{number} topics") }
}

/// Few names are said, many are counted.
fn names_of(names: &BTreeSet<String>, noun: &str) -> String {
    match names.len() {
        1..=3 => names.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
        number => format!("{number} {noun}s"),
    }
}
