//! Steps that have no number yet.

use super::{Action, Expect, Undo, undo};
use crate::estate::{Address, Desired, ObjectId, OnRemove, Role, Side, Task};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The place of a draft in [`Drafts::steps`]; not yet the number of its step.
pub(super) type DraftId = usize;

/// A step that has no number yet.
#[derive(Debug)]
pub(super) struct Draft {
    pub address: Address,
    pub object: Option<ObjectId>,
    pub role: Option<(Side, Role)>,
    pub after: Vec<DraftId>,
    pub expect: Expect,
    pub action: Action,
    pub undo: Undo,
    pub on_remove: OnRemove,
    pub reason: Option<String>,
}

impl Draft {
    /// A draft of `action` on an object, after nothing and expecting nothing.
    pub(super) fn new(address: &Address, object: Option<&ObjectId>, action: Action) -> Self {
        Self {
            address: address.clone(),
            object: object.cloned(),
            role: None,
            after: Vec::new(),
            expect: Expect::Anything,
            undo: undo::undo_of(&action),
            action,
            on_remove: OnRemove::default(),
            reason: None,
        }
    }

    /// A draft of `action` on a desired object.
    pub(super) fn of(desired: &Desired, action: Action) -> Self {
        Self {
            role: desired.role,
            on_remove: desired.on_remove,
            ..Self::new(&desired.address, Some(&desired.id), action)
        }
    }

    /// A draft of a task for the sake of a desired object.
    pub(super) fn task(desired: &Desired, task: Task) -> Self {
        let mut draft = Self::of(desired, Action::Task(task));
        draft.object = None;
        draft
    }

    #[must_use]
    pub(super) fn after(mut self, after: Vec<DraftId>) -> Self {
        self.after = after;
        self
    }
}

/// All drafts, and what belongs together.
#[derive(Default)]
pub(super) struct Drafts {
    pub steps: Vec<Draft>,
    /// Of each resource: what brings its objects to what is declared.
    pub of_resource: BTreeMap<Address, Vec<DraftId>>,
    /// Of each resource: clusters whose new topics it needs although it refers to none of them by name.
    pub needs_topics_of: BTreeMap<Address, BTreeSet<Address>>,
    /// The draft that makes or changes an object.
    main: HashMap<ObjectId, DraftId>,
}

impl Drafts {
    /// Adds a draft that belongs to no resource's way forward.
    pub(super) fn add(&mut self, draft: Draft) -> DraftId {
        self.steps.push(draft);
        self.steps.len() - 1
    }

    /// Adds a draft on the way of its resource to what is declared.
    pub(super) fn add_forward(&mut self, draft: Draft) -> DraftId {
        let id = self.steps.len();
        match self.of_resource.get_mut(&draft.address) {
            Some(drafts) => drafts.push(id),
            None => {
                self.of_resource.insert(draft.address.clone(), vec![id]);
            }
        }
        self.add(draft)
    }

    /// Adds the draft that makes or changes an object.
    pub(super) fn add_main(&mut self, draft: Draft) -> DraftId {
        let object = draft.object.clone();
        let id = self.add_forward(draft);
        self.main.extend(object.map(|object| (object, id)));
        id
    }

    /// The draft that makes or changes an object, if there is one.
    pub(super) fn main(&self, object: &ObjectId) -> Option<DraftId> {
        self.main.get(object).copied()
    }
}
