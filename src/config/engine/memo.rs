//! What was evaluated already, what is being evaluated, and which blocks it read.

use super::blocks::Expansion;
use crate::config::eval::Faults;
use crate::config::value::{BlockId, Value};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

/// Something that is evaluated once. The first number is the instance's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::config) enum Node {
    /// A variable.
    Variable(u32, u32),
    /// A local.
    Local(u32, u32),
    /// An output.
    Output(u32, u32),
    /// The members of a module call.
    Call(u32, u32),
    /// The members of a block.
    Block(u32, u32),
    /// The nth attribute of a member.
    Attribute(BlockId, u32),
}

/// What a node evaluates to.
#[derive(Clone)]
pub(super) enum Known {
    Value(Value),
    Expansion(Rc<Expansion>),
}

/// The blocks that an evaluation read, itself and through what it used.
#[derive(Debug, Default)]
pub(in crate::config) struct Used {
    direct: Vec<BlockId>,
    through: Vec<Rc<Used>>,
}

impl Used {
    /// All of the blocks.
    pub fn blocks(&self) -> BTreeSet<BlockId> {
        fn collect(used: &Used, seen: &mut HashSet<*const Used>, blocks: &mut BTreeSet<BlockId>) {
            blocks.extend(&used.direct);
            for inner in &used.through {
                if seen.insert(Rc::as_ptr(inner)) {
                    collect(inner, seen, blocks);
                }
            }
        }
        let mut blocks = BTreeSet::new();
        collect(self, &mut HashSet::new(), &mut blocks);
        blocks
    }

    fn is_empty(&self) -> bool {
        self.direct.is_empty() && self.through.is_empty()
    }
}

enum Entry {
    Running,
    Done(Result<Known, Faults>, Rc<Used>),
}

/// The memory of one evaluation.
#[derive(Default)]
pub(super) struct Memo {
    entries: RefCell<HashMap<Node, Entry>>,
    running: RefCell<Vec<Node>>,
    recorders: RefCell<Vec<Used>>,
}

/// Whether what a node read counts as read by who asked for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Inherit {
    Yes,
    No,
}

/// Nodes that need each other: the path from one to itself.
pub(super) struct Circle(pub Vec<Node>);

impl Memo {
    /// The value of a node, evaluated if it is not known yet.
    pub fn once(
        &self,
        node: Node,
        inherit: Inherit,
        compute: impl FnOnce() -> Result<Known, Faults>,
        circle: impl FnOnce(Circle) -> Faults,
    ) -> Result<Known, Faults> {
        let known = match self.entries.borrow().get(&node) {
            Some(Entry::Done(result, used)) => Some((result.clone(), Rc::clone(used))),
            Some(Entry::Running) => return Err(circle(self.circle(node))),
            None => None,
        };
        let (result, used) = known.unwrap_or_else(|| {
            self.entries.borrow_mut().insert(node, Entry::Running);
            self.running.borrow_mut().push(node);
            let (result, used) = self.recording(compute);
            self.running.borrow_mut().pop();
            let used = Rc::new(used);
            self.entries.borrow_mut().insert(node, Entry::Done(result.clone(), Rc::clone(&used)));
            (result, used)
        });
        if inherit == Inherit::Yes
            && !used.is_empty()
            && let Some(recorder) = self.recorders.borrow_mut().last_mut()
        {
            recorder.through.push(used);
        }
        result
    }

    /// What a node is known to evaluate to.
    pub fn known(&self, node: Node) -> Option<Known> {
        match self.entries.borrow().get(&node) {
            Some(Entry::Done(Ok(known), _)) => Some(known.clone()),
            _ => None,
        }
    }

    /// Runs something and answers which blocks it read.
    pub fn recording<T>(&self, run: impl FnOnce() -> T) -> (T, Used) {
        self.recorders.borrow_mut().push(Used::default());
        let answer = run();
        let used = self.recorders.borrow_mut().pop().unwrap_or_default();
        (answer, used)
    }

    /// Notes that a block was read.
    pub fn read(&self, block: BlockId) {
        if let Some(recorder) = self.recorders.borrow_mut().last_mut() {
            recorder.direct.push(block);
        }
    }

    fn circle(&self, node: Node) -> Circle {
        let running = self.running.borrow();
        let start = running.iter().position(|other| *other == node).unwrap_or_default();
        Circle(running.iter().skip(start).copied().chain([node]).collect())
    }
}
