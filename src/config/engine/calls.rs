//! Module calls: their members are instances; what they hand out are outputs.

use super::blocks::Expansion;
use super::memo::{Inherit, Known, Node};
use super::repetition::members;
use super::{Caller, Engine, WHOLE_MODULE};
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::eval::Faults;
use crate::config::source::Place;
use crate::config::suggestion::{listed, nearest};
use crate::config::value::{BlockId, BlockRef, Value};
use crate::estate::{Key, ModuleCall};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

impl Engine<'_> {
    /// The members of a module call; the `instance` of each one's reference is what was called.
    pub fn call(&self, instance: u32, index: u32, place: &Place) -> Result<Rc<Expansion>, Faults> {
        let known = self.memo.once(
            Node::Call(instance, index),
            Inherit::No,
            || self.expand_call(instance, index).map(|expansion| Known::Expansion(Rc::new(expansion))),
            |circle| self.circular(&circle, place),
        )?;
        match known {
            Known::Expansion(expansion) => Ok(expansion),
            Known::Value(_) => Err(Faults::default()),
        }
    }

    fn expand_call(&self, instance: u32, index: u32) -> Result<Expansion, Faults> {
        let Some(caller) = self.instance(instance) else { return Err(Faults::default()) };
        let Some(call) = caller.module.calls.get(index).copied() else { return Err(Faults::default()) };
        // A call without a folder was told when the folders were read.
        let folder = caller.module.folder.calls.get(call.name).and_then(|folder| self.modules.get(*folder));
        let Some(module) = folder else { return Err(Faults::default()) };
        let keys =
            self.evaluate(&caller, call.file, None, |evaluator| members(&call.tree.body, evaluator))?;
        let called: Vec<u32> = keys
            .iter()
            .map(|(key, repeated)| {
                let mut path = caller.path.clone();
                path.push(ModuleCall { name: call.name.to_owned(), key: key.clone() });
                self.add_instance(module, path, Some(Caller { instance, call, repeated: repeated.clone() }))
            })
            .collect();
        Ok(Expansion::new(keys, |ordinal, key| BlockRef {
            id: BlockId {
                instance: called.get(ordinal as usize).copied().unwrap_or(u32::MAX),
                block: WHOLE_MODULE,
                ordinal: 0,
            },
            kind: "module",
            address: Arc::from(format!(
                "module.{}{}",
                call.name,
                key.map(Key::to_string).unwrap_or_default()
            )),
        }))
    }

    /// An output of a module, for who calls it.
    pub(super) fn output_of(&self, module: &BlockRef, name: &str, place: &Place) -> Result<Value, Faults> {
        let Some(instance) = self.instance(module.id.instance) else { return Err(Faults::default()) };
        let outputs = &instance.module.outputs;
        match outputs.find(name) {
            Some(index) => self.output(instance.id, index, place),
            None => {
                let fault = Diagnostic::error(
                    Code::NotDeclared,
                    format!("{} has no output \"{name}\"", module.address),
                )
                .at(place.clone(), format!("{} does not declare it", instance.module.folder.shown));
                Err(match nearest(name, outputs.names()) {
                    Some(near) => fault.help(format!("there is an output \"{near}\"")).into(),
                    None => {
                        let mut names: Vec<&str> = outputs.names().collect();
                        names.sort_unstable();
                        fault.help(format!("there are: {}", listed(names))).into()
                    }
                })
            }
        }
    }

    /// An output of an instance; sensitive if it says so.
    pub fn output(&self, instance: u32, index: u32, place: &Place) -> Result<Value, Faults> {
        let compute = || {
            let Some(of) = self.instance(instance) else { return Err(Faults::default()) };
            let Some(output) = of.module.outputs.get(index).copied() else { return Err(Faults::default()) };
            let Some(value) = output.tree.body.get_attribute("value") else {
                return Err(Diagnostic::error(Code::Missing, format!("output.{} has no value", output.name))
                    .at(output.header(), "value = … is missing")
                    .into());
            };
            self.evaluate(&of, output.file, None, |evaluator| {
                let sensitive = match output.tree.body.get_attribute("sensitive") {
                    Some(attribute) => evaluator.condition(&attribute.value, "sensitive")?.0,
                    None => false,
                };
                evaluator.value(&value.value).map(|value| Known::Value(value.marked(sensitive)))
            })
        };
        let node = Node::Output(instance, index);
        match self.memo.once(node, Inherit::Yes, compute, |circle| self.circular(&circle, place))? {
            Known::Value(value) => Ok(value),
            Known::Expansion(_) => Err(Faults::default()),
        }
    }

    /// Every block of an instance and of the modules that it calls, as far as they are known without a fault.
    pub fn blocks_of(&self, instance: u32) -> BTreeSet<BlockId> {
        let mut blocks = BTreeSet::new();
        let mut open = vec![instance];
        while let Some(next) = open.pop() {
            let Some(instance) = self.instance(next) else { continue };
            for (index, block) in (0..).zip(&instance.module.blocks) {
                if let Ok(expansion) = self.expansion(next, index, &block.header()) {
                    blocks.extend(expansion.members.iter().map(|member| member.reference.id));
                }
            }
            for (index, call) in (0..).zip(&instance.module.calls.all) {
                if let Ok(expansion) = self.call(next, index, &call.header()) {
                    open.extend(expansion.members.iter().map(|member| member.reference.id.instance));
                }
            }
        }
        blocks
    }
}
