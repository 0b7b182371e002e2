//! What happens to a resource, as one sign.

use crate::plan::Action;
use schemars::JsonSchema;
use serde::Serialize;

/// What happens to a resource, in the order in which a summary names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    Add,
    Change,
    Replace,
    Destroy,
    Adopt,
    Forget,
}

impl Sign {
    pub(super) const fn of(action: &Action) -> Self {
        match action {
            Action::Create(_) => Self::Add,
            Action::Update { .. } | Action::Task(_) => Self::Change,
            Action::Replace { .. } => Self::Replace,
            Action::Delete { .. } => Self::Destroy,
            Action::Adopt { .. } => Self::Adopt,
            Action::Forget => Self::Forget,
        }
    }

    /// As it stands before an address; Terraform's, and `=` for what is taken over.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Change => "~",
            Self::Replace => "-/+",
            Self::Destroy => "-",
            Self::Adopt => "=",
            Self::Forget => ".",
        }
    }

    /// What is going to happen, as the infinitive of a summary.
    pub(super) const fn verb(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::Replace => "replace",
            Self::Destroy => "destroy",
            Self::Adopt => "adopt",
            Self::Forget => "forget",
        }
    }
}

/// How many resources are added, changed, …; one that is replaced counts as added and as destroyed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Made.
    pub add: usize,
    /// Changed in place.
    pub change: usize,
    /// Deleted.
    pub destroy: usize,
    /// Taken over as they are, or with changes.
    pub adopt: usize,
    /// Let go of; they stay in the world.
    pub forget: usize,
    /// Not planned for, because something could not be read.
    pub deferred: usize,
    /// Changes that can't be made.
    pub refused: usize,
}

impl Summary {
    pub(super) fn count(&mut self, sign: Sign) {
        match sign {
            Sign::Add => self.add += 1,
            Sign::Change => self.change += 1,
            Sign::Replace => {
                self.add += 1;
                self.destroy += 1;
            }
            Sign::Destroy => self.destroy += 1,
            Sign::Adopt => self.adopt += 1,
            Sign::Forget => self.forget += 1,
        }
    }

    /// `Plan: 1 to add, 2 to change, 0 to destroy.`, and what else there is.
    pub fn sentence(&self) -> String {
        use super::figures::grouped;
        let mut parts = vec![
            format!("{} to add", grouped(self.add)),
            format!("{} to change", grouped(self.change)),
            format!("{} to destroy", grouped(self.destroy)),
        ];
        for (number, verb) in [
            (self.adopt, "to adopt"),
            (self.forget, "to forget"),
            (self.deferred, "deferred"),
            (self.refused, "refused"),
        ] {
            if number > 0 {
                parts.push(format!("{} {verb}", grouped(number)));
            }
        }
        format!("Plan: {}.", parts.join(", "))
    }
}
