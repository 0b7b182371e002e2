//! The evaluation of a configuration: every name is evaluated when it is first needed, and once.
//!
//! A module that is called is an *instance*; a block with `for_each` or `count` has *members*. What is asked for is
//! a [`Node`](memo::Node): a local, a variable, one attribute of one member … The memo keeps its value, sees
//! cycles, and notes which blocks were read on the way: these are the edges of the graph.

mod blocks;
mod calls;
mod inner;
mod memo;
mod names;
mod repetition;
mod variables;

pub(super) use inner::InnerBlock;
pub(super) use inner::inner_blocks;
pub(super) use names::Here;
pub(super) use variables::check;

use super::eval::{Binding, Evaluator};
use super::inputs::Inputs;
use super::module::{Block, Call, Given, Module};
use super::source::{SourceFile, shown};
use super::value::{BlockId, Value};
use crate::estate::{Address, ModuleCall, Side};
use memo::Memo;
use sha2::{Digest, Sha256};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// Stands for the number of a block where a module as a whole is meant.
pub(super) const WHOLE_MODULE: u32 = u32::MAX;

/// One use of a module: the root, or a call, or a member of a repeated call.
pub(super) struct Instance<'m> {
    /// Its number.
    pub id: u32,
    /// The module.
    pub module: &'m Module<'m>,
    /// The calls that lead to it.
    pub path: Vec<ModuleCall>,
    /// Who calls it, for all but the root.
    pub caller: Option<Caller<'m>>,
}

/// The call that an instance is of.
pub(super) struct Caller<'m> {
    /// The calling instance.
    pub instance: u32,
    /// The call.
    pub call: Call<'m>,
    /// What `each` or `count` means in it.
    pub repeated: Option<Repeated>,
}

/// What `each` or `count` means for one member.
#[derive(Debug, Clone)]
pub(super) struct Repeated {
    /// `each` or `count`.
    pub name: &'static str,
    /// Its value.
    pub value: Value,
}

/// Evaluates a configuration.
pub(super) struct Engine<'m> {
    modules: &'m [Module<'m>],
    inputs: &'m Inputs,
    given: &'m Given<'m>,
    root: &'m Path,
    instances: RefCell<Vec<Rc<Instance<'m>>>>,
    memo: Memo,
    depth: Cell<u32>,
    /// The files that functions read, with the SHA-256 of what they held.
    files: RefCell<BTreeMap<PathBuf, Vec<u8>>>,
}

impl<'m> Engine<'m> {
    /// An engine for these modules, the first of which is the root.
    pub fn new(modules: &'m [Module<'m>], given: &'m Given<'m>, inputs: &'m Inputs, root: &'m Path) -> Self {
        let engine = Self {
            modules,
            inputs,
            given,
            root,
            instances: RefCell::default(),
            memo: Memo::default(),
            depth: Cell::new(0),
            files: RefCell::default(),
        };
        if let Some(module) = modules.first() {
            engine.add_instance(module, Vec::new(), None);
        }
        engine
    }

    /// Notes that a function read a file.
    pub fn note_file(&self, path: &Path, bytes: &[u8]) {
        self.files.borrow_mut().insert(path.to_owned(), Sha256::digest(bytes).to_vec());
    }

    /// The files that functions have read so far, relative to the root folder, with their digests.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let files = self.files.borrow();
        files.iter().map(|(path, digest)| (shown(path, self.root), digest.clone())).collect()
    }

    /// The instance of this number.
    pub fn instance(&self, id: u32) -> Option<Rc<Instance<'m>>> {
        self.instances.borrow().get(id as usize).map(Rc::clone)
    }

    fn add_instance(&self, module: &'m Module<'m>, path: Vec<ModuleCall>, caller: Option<Caller<'m>>) -> u32 {
        let mut instances = self.instances.borrow_mut();
        let id = u32::try_from(instances.len()).unwrap_or(u32::MAX);
        instances.push(Rc::new(Instance { id, module, path, caller }));
        id
    }

    /// The block behind a number.
    pub fn block(&self, id: BlockId) -> Option<Block<'m>> {
        self.instance(id.instance)?.module.block_at(id.block).copied()
    }

    /// The address of a member of a block.
    pub fn address(&self, id: BlockId) -> Option<Address> {
        let instance = self.instance(id.instance)?;
        let block = instance.module.block_at(id.block)?;
        let expansion = self.known_expansion(id.instance, id.block)?;
        let key = expansion.members.get(id.ordinal as usize)?.key.clone();
        Some(Address { module: instance.path.clone(), kind: block.kind, name: block.name.to_owned(), key })
    }

    /// The side of a pair that is active.
    pub fn active(&self, pair: &Address) -> Side {
        self.inputs.actives.get(pair).copied().unwrap_or_default()
    }

    /// Evaluates in an instance: what the file is, and what is bound there.
    pub fn evaluate<T>(
        &self,
        instance: &Rc<Instance<'m>>,
        file: &Arc<SourceFile>,
        repeated: Option<&Repeated>,
        with: impl FnOnce(&Evaluator<'_>) -> T,
    ) -> T {
        let here = Here { engine: self, instance: Some(Rc::clone(instance)) };
        match repeated {
            None => with(&Evaluator { names: &here, file, bindings: None }),
            Some(repeated) => {
                let binding = Binding { name: repeated.name, value: repeated.value.clone(), outer: None };
                with(&Evaluator { names: &here, file, bindings: Some(&binding) })
            }
        }
    }

    /// Evaluates where nothing but functions can be used: the default of a variable, a variables file.
    pub fn evaluate_bare<T>(&self, file: &Arc<SourceFile>, with: impl FnOnce(&Evaluator<'_>) -> T) -> T {
        let here = Here { engine: self, instance: None };
        with(&Evaluator { names: &here, file, bindings: None })
    }
}
