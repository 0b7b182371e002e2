//! What takes a step back.

use super::{Action, Undo};
use crate::estate::{Connector, FieldChange, Object, Setting};

/// What takes `action` back. Nothing that leeward does by itself deletes records, an undo neither.
pub(super) fn of(action: &Action) -> Undo {
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
        Action::Forget | Action::Task(_) => Undo::Nothing,
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
