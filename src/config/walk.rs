//! Goes through every instance of every module and collects what it declares.

use super::code::Code;
use super::decode::{About, Reader, World, decode};
use super::diagnostic::{Diagnostic, Diagnostics};
use super::engine::{Engine, Instance};
use super::eval::{Evaluator, Faults};
use super::lifecycle::{depends_on, lifecycle};
use super::module::{Block, Output};
use super::schema::Schema;
use super::suggestion::{listed, nearest};
use super::value::{BlockId, BlockRef, Value};
use crate::estate::{self, Address, Declared, Estate, Position, Secret};
use hcl_edit::structure::Attribute;
use std::collections::BTreeSet;
use std::rc::Rc;

/// After so many faulty members of one block the other ones are not looked at: they have the same faults.
const FAULTY_MEMBERS: usize = 10;

/// What was found so far.
pub(super) struct Walk<'e, 'm> {
    engine: &'e Engine<'m>,
    estate: Estate,
    diagnostics: Diagnostics,
}

/// The values of one member of a block.
struct Member<'e, 'm> {
    engine: &'e Engine<'m>,
    id: BlockId,
}

impl World for Member<'_, '_> {
    fn value(&self, evaluator: &Evaluator<'_>, index: u32, attribute: &Attribute) -> Result<Value, Faults> {
        self.engine.own_attribute(self.id, index, &evaluator.place(&attribute.value))
    }

    fn address(&self, block: BlockId) -> Option<Address> {
        self.engine.read(block);
        self.engine.address(block)
    }
}

impl<'e, 'm> Walk<'e, 'm> {
    /// Nothing yet.
    pub fn new(engine: &'e Engine<'m>) -> Self {
        Self { engine, estate: Estate::default(), diagnostics: Diagnostics::default() }
    }

    /// Goes through all instances, the root first; calls add instances on the way.
    pub fn all(&mut self) {
        let mut open = vec![0];
        while let Some(id) = open.pop() {
            if let Some(instance) = self.engine.instance(id) {
                self.variables(&instance);
                self.locals(&instance);
                open.extend(self.calls(&instance));
                self.blocks(&instance);
                self.outputs(&instance);
            }
        }
    }

    /// What was found.
    pub fn done(mut self) -> (Estate, Diagnostics) {
        self.estate.clear_secrets.sort();
        (self.estate, self.diagnostics)
    }

    fn keep<T>(&mut self, result: Result<T, Faults>) -> Option<T> {
        result.map_err(|faults| faults.tell(&mut self.diagnostics)).ok()
    }

    fn variables(&mut self, instance: &Rc<Instance<'m>>) {
        for (index, variable) in (0..).zip(&instance.module.variables.all) {
            let known = ["type", "default", "description", "sensitive", "nullable"];
            self.only(variable, "variable", &known, &["validation"]);
            let value = self.engine.variable(instance.id, index, &variable.header());
            if self.keep(value).is_some() {
                let valid = self.engine.validate(instance.id, index);
                self.keep(valid);
            }
        }
    }

    fn locals(&mut self, instance: &Rc<Instance<'m>>) {
        for (index, local) in (0..).zip(&instance.module.locals.all) {
            let place =
                super::source::Place::new(local.file, hcl_edit::Span::span(local.value).unwrap_or_default());
            let value = self.engine.local(instance.id, index, &place);
            self.keep(value);
        }
    }

    /// Checks the calls of an instance and answers the instances that they lead to.
    fn calls(&mut self, instance: &Rc<Instance<'m>>) -> Vec<u32> {
        let mut called = Vec::new();
        for (index, call) in (0..).zip(&instance.module.calls.all) {
            let Some(expansion) = ({
                let expansion = self.engine.call(instance.id, index, &call.header());
                self.keep(expansion)
            }) else {
                continue;
            };
            let ids = expansion.members.iter().map(|member| member.reference.id.instance);
            called.extend(ids);
            let first = expansion.members.first().and_then(|m| self.engine.instance(m.reference.id.instance));
            if let Some(first) = first {
                let inputs: Vec<&str> = first.module.variables.names().collect();
                self.inputs(call, &inputs, &first.module.folder.shown);
            }
        }
        called.reverse();
        called
    }

    fn inputs(&mut self, call: &Block<'_>, inputs: &[&str], folder: &str) {
        const META: [&str; 4] = ["source", "for_each", "count", "depends_on"];
        for attribute in call.tree.body.attributes() {
            let name = attribute.key.as_str();
            if META.contains(&name) || inputs.contains(&name) {
                continue;
            }
            let fault = Diagnostic::error(Code::Module, format!("module.{} takes no \"{name}\"", call.name))
                .at(call.place(&attribute.key), format!("{folder} declares no such variable"));
            self.diagnostics.push(match nearest(name, inputs.iter().copied()) {
                Some(near) => fault.help(format!("there is a variable \"{near}\"")),
                None => fault.help(format!("there are: {}", listed(inputs.iter().copied()))),
            });
        }
        for block in call.tree.body.blocks() {
            self.diagnostics.push(
                Diagnostic::error(Code::Module, "a module call holds attributes only")
                    .at(call.place(&block.ident), "this is a block"),
            );
        }
    }

    fn outputs(&mut self, instance: &Rc<Instance<'m>>) {
        for (index, output) in (0..).zip(&instance.module.outputs.all) {
            self.only(output, "output", &["value", "description", "sensitive", "depends_on"], &[]);
            let value = self.engine.output(instance.id, index, &output.header());
            if let Some(value) = self.keep(value)
                && instance.caller.is_none()
            {
                match root_output(output, &value) {
                    Ok(made) => {
                        self.estate.outputs.insert(output.name.to_owned(), made);
                    }
                    Err(diagnostic) => self.diagnostics.push(diagnostic),
                }
            }
        }
    }

    fn blocks(&mut self, instance: &Rc<Instance<'m>>) {
        let call = self.call_depends_on(instance);
        for (index, block) in (0..).zip(&instance.module.blocks) {
            let expansion = self.engine.expansion(instance.id, index, &block.header());
            if let Some(expansion) = self.keep(expansion) {
                let mut faulty = 0;
                for member in &expansion.members {
                    faulty += usize::from(!self.member(instance, block, &member.reference, &call));
                    if faulty == FAULTY_MEMBERS {
                        break;
                    }
                }
            }
        }
    }

    /// What the calls that lead to an instance depend on.
    fn call_depends_on(&mut self, instance: &Rc<Instance<'m>>) -> BTreeSet<BlockId> {
        let mut blocks = BTreeSet::new();
        let mut next = Some(Rc::clone(instance));
        while let Some(called) = next {
            let Some(caller) = &called.caller else { break };
            next = self.engine.instance(caller.instance);
            if let Some(calling) = &next {
                let depends =
                    self.engine.evaluate(calling, caller.call.file, caller.repeated.as_ref(), |evaluator| {
                        depends_on(&caller.call.tree.body, self.engine, evaluator)
                    });
                blocks.extend(self.keep(depends).unwrap_or_default());
            }
        }
        blocks
    }

    /// Adds what one member declares; false if it is faulty.
    fn member(
        &mut self,
        instance: &Rc<Instance<'m>>,
        block: &Block<'m>,
        reference: &BlockRef,
        call: &BTreeSet<BlockId>,
    ) -> bool {
        let engine = self.engine;
        let Some(address) = engine.address(reference.id) else { return false };
        let world = Member { engine, id: reference.id };
        let repeated = engine.repeated(reference.id);
        let body = &block.tree.body;
        let (made, used) = engine.recording(|| {
            engine.evaluate(instance, block.file, repeated.as_ref(), |evaluator| {
                let what = reference.address.to_string();
                let schema = Schema::of(block.kind);
                let reader = Reader::new(what, block.header(), &world, schema, body, *evaluator);
                let about = About { kind: block.kind, label: block.name, active: engine.active(&address) };
                let resource = decode(&reader, &about);
                let (mut faults, clear) = reader.finish();
                let lifecycle = faults.keep(lifecycle(body, &reference.address, evaluator));
                let depends = faults.keep(depends_on(body, engine, evaluator));
                faults.unless_any((resource, lifecycle, depends, clear))
            })
        });
        let Some((Some(resource), Some(lifecycle), Some(depends), clear)) = self.keep(made) else {
            return false;
        };
        let mut after = used.blocks();
        after.extend(depends);
        after.extend(call);
        after.extend(engine.read_by_repetition(reference.id));
        after.remove(&reference.id);
        let after: BTreeSet<Address> = after.into_iter().filter_map(|id| engine.address(id)).collect();
        self.estate.clear_secrets.extend(clear.into_iter().map(|field| (address.clone(), field)));
        let declared = Declared {
            address: address.clone(),
            position: position(block),
            after: after.into_iter().collect(),
            lifecycle,
            resource,
        };
        self.estate.resources.insert(address, declared);
        true
    }

    /// Says which attributes and blocks of a `variable` or `output` are unknown.
    fn only(&mut self, block: &Block<'_>, word: &str, attributes: &[&str], blocks: &[&str]) {
        for attribute in block.tree.body.attributes() {
            let name = attribute.key.as_str();
            if !attributes.contains(&name) {
                let fault = Diagnostic::error(
                    Code::UnknownAttribute,
                    format!("a {word} has no attribute \"{name}\""),
                );
                let fault = fault.at(block.place(&attribute.key), "unknown");
                self.diagnostics.push(match nearest(name, attributes.iter().copied()) {
                    Some(near) => {
                        fault.help(format!("there is \"{near}\"")).patch(block.place(&attribute.key), near)
                    }
                    None => fault.help(format!("there are: {}", attributes.join(", "))),
                });
            }
        }
        for inner in block.tree.body.blocks().filter(|inner| !blocks.contains(&inner.ident.as_str())) {
            let message = format!("a {word} has no block \"{}\"", inner.ident.as_str());
            let fault = Diagnostic::error(Code::UnknownAttribute, message);
            self.diagnostics.push(fault.at(block.place(&inner.ident), "unknown"));
        }
    }
}

fn position(block: &Block<'_>) -> Position {
    let header = block.header();
    let (line, column) = header.file.position(header.range.start);
    Position { file: header.file.path.clone(), line, column }
}

/// What the root module hands out.
fn root_output(output: &Output<'_>, value: &Value) -> Result<estate::Output, Diagnostic> {
    let place = || match output.tree.body.get_attribute("value") {
        Some(attribute) => output.place(&attribute.value),
        None => output.header(),
    };
    let declared =
        output.tree.body.get_attribute("sensitive").is_some_and(|a| a.value.as_bool() != Some(false));
    if value.holds_sensitive() && !declared {
        return Err(Diagnostic::error(
            Code::Sensitive,
            format!("output.{} holds what is sensitive", output.name),
        )
        .at(place(), "outputs are shown")
        .help("sensitive = true keeps it from being shown; nonsensitive(value), if it is no secret"));
    }
    let json = super::functions::json(value).map_err(|reason| {
        Diagnostic::error(Code::WrongType, format!("output.{} cannot be handed out", output.name))
            .at(place(), reason)
    })?;
    if value.holds_sensitive() {
        return Ok(estate::Output::Sensitive(Secret::new(json)));
    }
    let plain = serde_json::from_str(&json).map_err(|error| {
        Diagnostic::error(Code::WrongType, format!("output.{} cannot be handed out", output.name))
            .at(place(), error)
    })?;
    Ok(estate::Output::Plain(plain))
}
