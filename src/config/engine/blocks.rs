//! Blocks: their members, and the attributes of these.

use super::memo::{Inherit, Known, Node, Used};
use super::repetition::{Keyed, members};
use super::{Engine, Instance, Repeated};
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::eval::Faults;
use crate::config::module::Block;
use crate::config::schema::{Schema, computed};
use crate::config::source::Place;
use crate::config::suggestion::{listed, nearest};
use crate::config::value::{BlockId, BlockRef, Value};
use crate::estate::{Address, Key, Kind, Side};
use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use std::rc::Rc;
use std::sync::Arc;

/// The members of a block or a module call.
#[derive(Debug)]
pub(in crate::config) struct Expansion {
    /// The members, in the order of their keys.
    pub members: Vec<Member>,
    /// What a reference to the whole gives: one reference, or a list or map of them.
    pub value: Value,
    /// The number of each member, by its key.
    by_key: HashMap<Key, u32>,
    /// The blocks that `for_each` or `count` read.
    pub read: BTreeSet<BlockId>,
}

/// One member.
#[derive(Debug)]
pub(in crate::config) struct Member {
    /// Its key, if the block is repeated.
    pub key: Option<Key>,
    /// What `each` or `count` means in it.
    pub repeated: Option<Repeated>,
    /// A reference to it.
    pub reference: BlockRef,
}

impl Expansion {
    /// The members that these keys give.
    pub fn new(keys: Vec<Keyed>, reference: impl Fn(u32, Option<&Key>) -> BlockRef) -> Self {
        let ordinal = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let members: Vec<Member> = keys
            .into_iter()
            .enumerate()
            .map(|(index, (key, repeated))| Member {
                reference: reference(ordinal(index), key.as_ref()),
                key,
                repeated,
            })
            .collect();
        let value = |member: &Member| Value::Block(member.reference.clone());
        let value = match members.first().map(|member| (&member.key, member)) {
            Some((None, only)) => value(only),
            Some((Some(Key::Index(_)), _)) => Value::list(members.iter().map(value)),
            _ => Value::map(members.iter().filter_map(|member| match &member.key {
                Some(Key::Name(name)) => Some((name.as_str(), value(member))),
                _ => None,
            })),
        };
        let keys =
            members.iter().enumerate().filter_map(|(at, member)| Some((member.key.clone()?, ordinal(at))));
        Self { by_key: keys.collect(), value, members, read: BTreeSet::new() }
    }
}

impl<'m> Engine<'m> {
    /// The members of a block.
    pub fn expansion(&self, instance: u32, index: u32, place: &Place) -> Result<Rc<Expansion>, Faults> {
        let node = Node::Block(instance, index);
        let known = self.memo.once(
            node,
            Inherit::No,
            || {
                let (expansion, used) = self.memo.recording(|| self.expand(instance, index));
                expansion.map(|made| Known::Expansion(Rc::new(Expansion { read: used.blocks(), ..made })))
            },
            |circle| self.circular(&circle, place),
        )?;
        match known {
            Known::Expansion(expansion) => Ok(expansion),
            Known::Value(_) => Err(Faults::default()),
        }
    }

    /// The members of a block, if they are known by now.
    pub fn known_expansion(&self, instance: u32, index: u32) -> Option<Rc<Expansion>> {
        match self.memo.known(Node::Block(instance, index))? {
            Known::Expansion(expansion) => Some(expansion),
            Known::Value(_) => None,
        }
    }

    fn expand(&self, instance: u32, index: u32) -> Result<Expansion, Faults> {
        let (Some(instance), Some(block)) = (self.instance(instance), self.block_of(instance, index)) else {
            return Err(Faults::default());
        };
        let keys =
            self.evaluate(&instance, block.file, None, |evaluator| members(&block.tree.body, evaluator))?;
        Ok(Expansion::new(keys, |ordinal, key| {
            let address = Address {
                module: instance.path.clone(),
                kind: block.kind,
                name: block.name.to_owned(),
                key: key.cloned(),
            };
            BlockRef {
                id: BlockId { instance: instance.id, block: index, ordinal },
                kind: block.kind.as_str(),
                address: Arc::from(address.to_string()),
            }
        }))
    }

    fn block_of(&self, instance: u32, index: u32) -> Option<Block<'m>> {
        self.block(BlockId { instance, block: index, ordinal: 0 })
    }

    /// What `each` or `count` means in a member.
    pub fn repeated(&self, id: BlockId) -> Option<Repeated> {
        let expansion = self.known_expansion(id.instance, id.block)?;
        expansion.members.get(id.ordinal as usize)?.repeated.clone()
    }

    /// The nth attribute of a member, for the member itself: what it reads is read by the member.
    pub fn own_attribute(&self, id: BlockId, index: u32, place: &Place) -> Result<Value, Faults> {
        self.attribute_at(id, index, place, Inherit::Yes)
    }

    /// The blocks that the `for_each` or `count` of a member read.
    ///
    /// Where it read several members of a block, and one of them has the member's own key, that one is meant: a
    /// thousand topics and the thousand grants that are made of them are a thousand edges, and not a million.
    pub fn read_by_repetition(&self, id: BlockId) -> Vec<BlockId> {
        let Some(own) = self.known_expansion(id.instance, id.block) else { return Vec::new() };
        let key = own.members.get(id.ordinal as usize).and_then(|member| member.key.clone());
        let read = &own.read;
        let twin = |block: &BlockId| {
            let other = self.known_expansion(block.instance, block.block)?;
            let ordinal = other.by_key.get(key.as_ref()?).copied()?;
            Some(BlockId { ordinal, ..*block }).filter(|twin| read.contains(twin))
        };
        let mut kept = Vec::new();
        let mut next = read.first();
        while let Some(first) = next {
            // The members of one block stand together. They are not gone through where one of them stands for all.
            let last = BlockId { ordinal: u32::MAX, ..*first };
            let group = || read.range(*first..=last);
            match twin(first).filter(|_| group().nth(1).is_some()) {
                Some(twin) => kept.push(twin),
                None => kept.extend(group()),
            }
            next = read.range((Bound::Excluded(last), Bound::Unbounded)).next();
        }
        kept
    }

    /// The block that an address is of.
    pub fn find(&self, address: &Address) -> Option<Block<'m>> {
        let instances = self.instances.borrow();
        let instance = instances.iter().find(|instance| instance.path == address.module)?;
        let index = instance.module.find(address.kind, &address.name)?;
        instance.module.block_at(index).copied()
    }

    /// Runs something and answers which blocks it read.
    pub fn recording<T>(&self, run: impl FnOnce() -> T) -> (T, Used) {
        self.memo.recording(run)
    }

    /// Notes that a block was read.
    pub fn read(&self, id: BlockId) {
        self.memo.read(id);
    }

    fn attribute_at(
        &self,
        id: BlockId,
        index: u32,
        place: &Place,
        inherit: Inherit,
    ) -> Result<Value, Faults> {
        let compute = || {
            let (Some(instance), Some(block)) = (self.instance(id.instance), self.block(id)) else {
                return Err(Faults::default());
            };
            let repeated = self.repeated(id);
            let Some(attribute) = block.tree.body.attributes().nth(index as usize) else {
                return Err(Faults::default());
            };
            self.evaluate(&instance, block.file, repeated.as_ref(), |evaluator| {
                evaluator.value(&attribute.value)
            })
            .map(Known::Value)
        };
        let node = Node::Attribute(id, index);
        match self.memo.once(node, inherit, compute, |circle| self.circular(&circle, place))? {
            Known::Value(value) => Ok(value),
            Known::Expansion(_) => Err(Faults::default()),
        }
    }

    /// An attribute of a member, for someone who refers to it.
    pub fn attribute_of(&self, block: &BlockRef, name: &str, place: &Place) -> Result<Value, Faults> {
        if block.id.block == super::WHOLE_MODULE {
            return self.output_of(block, name, place);
        }
        self.memo.read(block.id);
        let Some(declared) = self.block(block.id) else { return Err(Faults::default()) };
        if declared.kind == Kind::Pair && matches!(name, "active" | "standby") {
            return self.side(block, name == "active", place);
        }
        let schema = Schema::of(declared.kind);
        let found = declared.tree.body.attributes().position(|attribute| attribute.key.as_str() == name);
        if let Some(index) = found.filter(|_| schema.attributes.contains(&name)) {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            return self.attribute_at(block.id, index, place, Inherit::No);
        }
        if let Some(inner) = schema.inner(name) {
            return self.inner_value(block.id, inner);
        }
        match name {
            "name" => Ok(Value::from(declared.name)),
            _ if schema.attributes.contains(&name) => Ok(Value::Null),
            _ => Err(unknown_attribute(block, declared.kind, name, place)),
        }
    }

    /// The cluster of the side that is active, or of the other one.
    fn side(&self, pair: &BlockRef, active: bool, place: &Place) -> Result<Value, Faults> {
        let address = self.address(pair.id);
        let side = address.map(|address| self.active(&address)).unwrap_or_default();
        let side = if active { side } else { side.other() };
        let name = if side == Side::Primary { "primary" } else { "secondary" };
        match self.attribute_of(pair, name, place)? {
            value @ Value::Block(_) => Ok(value),
            // The pair itself is told what is wrong with it.
            _ => Err(Faults::default()),
        }
    }

    /// Says that something needs itself.
    pub(super) fn circular(&self, circle: &super::memo::Circle, place: &Place) -> Faults {
        let names: Vec<String> = circle.0.iter().map(|node| self.node_name(*node)).collect();
        let first = names.first().cloned().unwrap_or_default();
        Diagnostic::error(Code::Cycle, format!("{first} needs itself: {}", names.join(" → ")))
            .at(place.clone(), "this closes the circle")
            .help("take one of these references out")
            .into()
    }

    fn node_name(&self, node: Node) -> String {
        let in_module = |id: u32, name: &dyn Fn(&Instance<'m>) -> Option<String>| {
            let Some(instance) = self.instance(id) else { return String::new() };
            let path: Vec<String> = instance
                .path
                .iter()
                .map(|call| {
                    format!(
                        "module.{}{}.",
                        call.name,
                        call.key.as_ref().map(Key::to_string).unwrap_or_default()
                    )
                })
                .collect();
            format!("{}{}", path.concat(), name(&instance).unwrap_or_default())
        };
        match node {
            Node::Variable(id, n) => {
                in_module(id, &|i| Some(format!("var.{}", i.module.variables.get(n)?.name)))
            }
            Node::Local(id, n) => in_module(id, &|i| Some(format!("local.{}", i.module.locals.get(n)?.name))),
            Node::Output(id, n) => {
                in_module(id, &|i| Some(format!("output.{}", i.module.outputs.get(n)?.name)))
            }
            Node::Call(id, n) => in_module(id, &|i| Some(format!("module.{}", i.module.calls.get(n)?.name))),
            Node::Block(id, n) => in_module(id, &|i| {
                let block = i.module.block_at(n)?;
                Some(format!("{}.{}", block.kind, block.name))
            }),
            Node::Attribute(id, n) => in_module(id.instance, &|i| {
                let block = i.module.block_at(id.block)?;
                let attribute = block.tree.body.attributes().nth(n as usize)?;
                Some(format!("{}.{}.{}", block.kind, block.name, attribute.key.as_str()))
            }),
        }
    }
}

fn unknown_attribute(block: &BlockRef, kind: Kind, name: &str, place: &Place) -> Faults {
    let schema = Schema::of(kind);
    let blocks = schema.blocks.iter().map(|inner| inner.name);
    let names = || schema.attributes.iter().chain(computed(kind)).copied().chain(blocks.clone());
    let fault =
        Diagnostic::error(Code::NoSuchElement, format!("{} has no attribute \"{name}\"", block.address))
            .at(place.clone(), format!("a {kind} has none of this name"));
    match nearest(name, names()) {
        Some(near) => fault.help(format!("there is \"{near}\"")).into(),
        None => fault.help(format!("there are: {}", listed(names()))).into(),
    }
}
