//! What takes a step back.

use super::{Action, Undo};
use crate::estate::{Connector, FieldChange, Object, Occasion, Setting, Task};

/// What takes `action` back. Nothing that leeward does by itself deletes records, an undo neither.
///
/// Of a connector's state it does not know what it was before: who plans that step has to say so.
pub fn undo_of(action: &Action) -> Undo {
    match action {
        Action::Create(Object::Topic(_)) => {
            Undo::ByHand("deleting the topic would delete what was written to it since".into())
        }
        Action::Create(object) => inverse(Action::Delete { from: object.clone() }),
        Action::Update { from, to, fields } => of_update(from, to, fields),
        Action::Adopt { fields, .. } if fields.is_empty() => Undo::Nothing,
        Action::Adopt { from, to, fields, .. } => of_update(from, to, fields),
        Action::Replace { .. } => Undo::ByHand("what was deleted can't be brought back".into()),
        Action::Delete { from: Object::Topic(_) } => Undo::ByHand("its records are gone".into()),
        Action::Delete { from: Object::Connector(connector) } if has_lost_secret(connector) => {
            Undo::ByHand("a secret of its settings is not known".into())
        }
        Action::Delete { from } => inverse(Action::Create(from.clone())),
        Action::Task(task) => of_task(task),
        Action::Forget => Undo::Nothing,
    }
}

fn of_task(task: &Task) -> Undo {
    match task {
        // Whether a fence has a hook that takes it down is known to who plans it.
        Task::Call { occasion: Occasion::Fence, .. } => {
            Undo::ByHand("leeward knows no hook that takes this fence down: it has no `lift`".into())
        }
        Task::Call { occasion: Occasion::Drill, .. } => Undo::Nothing,
        Task::Call { owner, occasion, seconds, pair, cluster } => {
            let occasion = match occasion {
                Occasion::Stop => Occasion::Start,
                Occasion::Lift => Occasion::Fence,
                Occasion::Start | Occasion::Fence | Occasion::Drill => Occasion::Stop,
            };
            let (owner, seconds) = (owner.clone(), *seconds);
            let (pair, cluster) = (pair.clone(), cluster.clone());
            inverse(Action::Task(Task::Call { owner, occasion, seconds, pair, cluster }))
        }
        Task::RefuseWrites { cluster, topics } => {
            let (cluster, topics) = (cluster.clone(), topics.clone());
            inverse(Action::Task(Task::AllowWrites { cluster, topics }))
        }
        Task::AllowWrites { cluster, topics } => {
            let (cluster, topics) = (cluster.clone(), topics.clone());
            inverse(Action::Task(Task::RefuseWrites { cluster, topics }))
        }
        Task::DeferFence { pair, cluster } => {
            let (pair, cluster) = (pair.clone(), cluster.clone());
            inverse(Action::Task(Task::SettleFence { pair, cluster }))
        }
        Task::CommitGroups { route, .. } => Undo::ByHand(format!(
            "groups stay where they were set on {}; the next failover sets them further",
            route.target.name
        )),
        Task::SetActive { .. } => Undo::ByHand("the way back is a failback".into()),
        _ => Undo::Nothing,
    }
}

fn of_update(from: &Object, to: &Object, fields: &[FieldChange]) -> Undo {
    match from {
        Object::Topic(_) if fields.iter().any(|change| change.field == "partitions") => {
            Undo::ByHand("Kafka can't take partitions away".into())
        }
        Object::Connector(connector) if has_lost_secret(connector) => {
            Undo::ByHand("a secret of its former settings is not known".into())
        }
        _ => inverse(Action::Update {
            from: to.clone(),
            to: from.clone(),
            fields: fields.iter().map(swapped).collect(),
        }),
    }
}

fn inverse(action: Action) -> Undo {
    Undo::Inverse(Box::new(action))
}

fn swapped(change: &FieldChange) -> FieldChange {
    FieldChange::new(change.field.clone(), change.to.clone(), change.from.clone())
}

fn has_lost_secret(connector: &Connector) -> bool {
    connector.config.values().any(|setting| *setting == Setting::OtherSecret)
}
