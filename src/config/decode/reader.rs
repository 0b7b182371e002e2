//! Reads the fields of a block: asks for each by name, keeps every fault, and finds what nobody asked for.

use super::read::{Misfit, Read};
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::engine::{InnerBlock, inner_blocks};
use crate::config::eval::{Evaluator, Faults};
use crate::config::schema::{Inner, META_ATTRIBUTES, META_BLOCKS, Schema};
use crate::config::source::Place;
use crate::config::suggestion::{listed, nearest};
use crate::config::value::{BlockId, Value};
use crate::estate::{Address, Kind, Secret};
use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Body};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What a reader needs of the engine.
pub(in crate::config) trait World {
    /// The value of an attribute.
    fn value(&self, evaluator: &Evaluator<'_>, index: u32, attribute: &Attribute) -> Result<Value, Faults>;
    /// The address of a block, which counts as read.
    fn address(&self, block: BlockId) -> Option<Address>;
}

/// Reads the fields of one block.
pub(in crate::config) struct Reader<'a> {
    /// The block as a message names it: `topic.orders`, `security of cluster.a`.
    pub what: String,
    /// Its first line.
    pub header: Place,
    world: &'a dyn World,
    /// What it may hold.
    schema: &'static Schema,
    /// True for a block that declares a resource: it may hold `for_each` and the like.
    top: bool,
    body: &'a Body,
    evaluator: Evaluator<'a>,
    faults: RefCell<Faults>,
    clear: RefCell<Vec<String>>,
}

impl<'a> Reader<'a> {
    /// A reader for a block that declares a resource.
    pub fn new(
        what: String,
        header: Place,
        world: &'a dyn World,
        schema: &'static Schema,
        body: &'a Body,
        evaluator: Evaluator<'a>,
    ) -> Self {
        Self {
            what,
            header,
            world,
            schema,
            top: true,
            body,
            evaluator,
            faults: RefCell::default(),
            clear: RefCell::default(),
        }
    }

    /// What a field holds, or nothing; what does not fit is kept as a fault.
    pub fn optional<T>(&self, name: &str, read: impl Fn(&Value) -> Read<T>) -> Option<T> {
        let (value, expression) = self.value(name)?;
        if value.holds_sensitive() {
            self.shown(name, expression);
            return None;
        }
        self.fit(name, expression, read(&value))
    }

    /// What a field holds that must be there.
    pub fn required<T>(&self, name: &str, read: impl Fn(&Value) -> Read<T>) -> Option<T> {
        self.need(name);
        self.optional(name, read)
    }

    /// A secret, which may be sensitive; a note is made if it stands in clear.
    pub fn secret(&self, name: &str, read: impl Fn(&Value) -> Read<String>) -> Option<Secret> {
        let (value, expression) = self.value(name)?;
        if in_clear(expression, &value) {
            self.clear.borrow_mut().push(name.to_owned());
        }
        let read = read(&value.clone().unmark_deep().0).map_err(|misfit| {
            // Only what says the type tells the value too.
            let hidden = misfit.code == Code::WrongType;
            let label = if hidden { "it is not shown".to_owned() } else { misfit.label };
            Misfit { label, ..misfit }
        });
        self.fit(name, expression, read).map(Secret::new)
    }

    /// What a field holds that may be sensitive, in whole or in parts; `read` sees the marks and keeps what they say.
    pub fn guarded<T>(&self, name: &str, read: impl Fn(&Value) -> Read<T>) -> Option<T> {
        let (value, expression) = self.value(name)?;
        let read = read(&value).map_err(|misfit| match value.holds_sensitive() {
            true => Misfit { label: "it is not shown".to_owned(), ..misfit },
            false => misfit,
        });
        self.fit(name, expression, read)
    }

    /// A secret that must be there.
    pub fn required_secret(&self, name: &str, read: impl Fn(&Value) -> Read<String>) -> Option<Secret> {
        self.need(name);
        self.secret(name, read)
    }

    /// A reference to a block of a kind.
    pub fn reference(&self, name: &str, kind: Kind) -> Option<Address> {
        let (value, expression) = self.value(name)?;
        self.refer(name, kind, &value, self.evaluator.place(expression))
    }

    /// A reference that must be there.
    pub fn required_reference(&self, name: &str, kind: Kind) -> Option<Address> {
        self.need(name);
        self.reference(name, kind)
    }

    /// A list of references that must be there.
    pub fn required_references(&self, name: &str, kind: Kind) -> Option<Vec<Address>> {
        self.need(name);
        self.references(name, kind)
    }

    /// A list of references.
    pub fn references(&self, name: &str, kind: Kind) -> Option<Vec<Address>> {
        let (value, expression) = self.value(name)?;
        let place = self.evaluator.place(expression);
        match value.elements() {
            Some(elements) => {
                elements.iter().map(|element| self.refer(name, kind, element, place.clone())).collect()
            }
            None => {
                let fault = Diagnostic::error(Code::WrongType, format!("{name} needs a list of references"))
                    .at(place, format!("this is {}", value.described()))
                    .help(format!("such as [{kind}.name]"));
                self.fault(fault);
                None
            }
        }
    }

    fn refer(&self, name: &str, kind: Kind, value: &Value, place: Place) -> Option<Address> {
        let wrong = match value.bare() {
            Value::Block(block) if block.kind == kind.as_str() => return self.world.address(block.id),
            Value::Block(block) => Diagnostic::error(Code::WrongReference, format!("{name} needs a {kind}"))
                .at(place, format!("{} is a {}", block.address, block.kind)),
            Value::Map(_) | Value::List(_) => {
                Diagnostic::error(Code::WrongReference, format!("{name} needs one {kind}"))
                    .at(place, format!("this is {}", value.described()))
                    .help("a block with for_each or count is referred to with its key: name[\"key\"]")
            }
            Value::String(_) => {
                let literal = place.text().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
                let help = match literal {
                    Some(name) => format!("without quotes: {kind}.{name}"),
                    None => format!("the block itself: {kind}.name, and no attribute of it"),
                };
                Diagnostic::error(Code::WrongReference, format!("{name} needs a reference to a {kind}"))
                    .at(place, "this is a string")
                    .help(help)
            }
            _ => Diagnostic::error(Code::WrongReference, format!("{name} needs a reference to a {kind}"))
                .at(place, format!("this is {}", value.described()))
                .help(format!("such as {kind}.name")),
        };
        self.fault(wrong);
        None
    }

    /// The names of the attributes that stand here.
    pub fn names(&self) -> Vec<&'a str> {
        self.body.attributes().map(|attribute| attribute.key.as_str()).collect()
    }

    /// True when a field is there and not null.
    pub fn has(&self, name: &str) -> bool {
        self.body.get_attribute(name).is_some_and(|attribute| !attribute.value.is_null())
    }

    /// True when a block of this name stands here, be it made by `dynamic`.
    pub fn has_block(&self, name: &str) -> bool {
        let made = |block: &hcl_edit::structure::Block| {
            let label = block.labels.first().map(|label| label.as_str());
            block.ident.as_str() == name || block.ident.as_str() == "dynamic" && label == Some(name)
        };
        self.body.blocks().any(made)
    }

    /// Reads the inner blocks of a name; more than the schema allows, and labels that it does not, are faults.
    pub fn inner<T>(&self, name: &str, read: impl Fn(&Reader<'_>, Option<&str>) -> Option<T>) -> Vec<T> {
        let Some(inner) = self.schema.inner(name) else { return Vec::new() };
        let mut seen: BTreeMap<Option<String>, Place> = BTreeMap::new();
        let mut made = Vec::new();
        let result = inner_blocks(self.body, name, &self.evaluator, &mut |block| {
            self.labelled(inner, block)?;
            if let Some(first) =
                seen.insert(block.label.clone(), block.place.clone()).filter(|_| !inner.several)
            {
                let which = block.label.as_ref().map(|label| format!(" \"{label}\"")).unwrap_or_default();
                return Err(Diagnostic::error(
                    Code::Duplicate,
                    format!("{} has {name}{which} twice", self.what),
                )
                .at(block.place.clone(), "the second")
                .at(first, "the first")
                .into());
            }
            let reader = Reader {
                what: format!("{name} of {}", self.what),
                header: block.place.clone(),
                world: self.world,
                schema: inner.schema,
                top: false,
                body: block.body,
                evaluator: block.evaluator,
                faults: RefCell::default(),
                clear: RefCell::default(),
            };
            let value = read(&reader, block.label.as_deref());
            let (faults, clear) = reader.finish();
            self.clear.borrow_mut().extend(clear.into_iter().map(|field| format!("{name}.{field}")));
            made.extend(value);
            faults.unless_any(())
        });
        self.faults.borrow_mut().keep(result);
        made
    }

    fn labelled(&self, inner: &Inner, block: &InnerBlock<'_>) -> Result<(), Faults> {
        let (message, help) = match (&block.label, inner.labels) {
            (None, 1) => {
                (format!("{} needs a label", inner.name), format!("{} \"name\" {{ … }}", inner.name))
            }
            (Some(_), 0) => (format!("{} has no label", inner.name), format!("{} {{ … }}", inner.name)),
            _ => return Ok(()),
        };
        Err(Diagnostic::error(Code::Labels, message).at(block.place.clone(), "here").help(help).into())
    }

    /// Keeps a fault.
    pub fn fault(&self, diagnostic: Diagnostic) {
        self.faults.borrow_mut().merge(diagnostic.into());
    }

    /// Where the value of a field stands, or the first line of the block.
    pub fn place_of(&self, name: &str) -> Place {
        self.body
            .get_attribute(name)
            .map_or_else(|| self.header.clone(), |attribute| self.evaluator.place(&attribute.value))
    }

    /// The faults, and the secrets that stand in clear.
    pub fn finish(self) -> (Faults, Vec<String>) {
        self.unasked();
        (self.faults.into_inner(), self.clear.into_inner())
    }

    fn value(&self, name: &str) -> Option<(Value, &'a Expression)> {
        debug_assert!(
            self.schema.open || self.schema.attributes.contains(&name),
            "{name} is not in the schema"
        );
        let (index, attribute) = (0..).zip(self.body.attributes()).find(|(_, a)| a.key.as_str() == name)?;
        let value = if self.top {
            self.world.value(&self.evaluator, index, attribute)
        } else {
            self.evaluator.value(&attribute.value)
        };
        let value = self.faults.borrow_mut().keep(value)?;
        (!value.is_null()).then_some((value, &attribute.value))
    }

    fn need(&self, name: &str) {
        let empty = match self.body.get_attribute(name) {
            None => true,
            Some(attribute) if attribute.value.is_null() => true,
            Some(_) => return,
        };
        if empty {
            self.fault(
                Diagnostic::error(Code::Missing, format!("{} needs \"{name}\"", self.what))
                    .at(self.header.clone(), format!("{name} = … is missing")),
            );
        }
    }

    fn fit<T>(&self, name: &str, expression: &Expression, read: Read<T>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(misfit) => {
                let element = match (misfit.index, expression) {
                    (Some(index), Expression::Array(array)) => array.get(index),
                    _ => None,
                };
                let place = self.evaluator.place(element.unwrap_or(expression));
                self.fault(
                    Diagnostic::error(misfit.code, format!("{name} needs {}", misfit.needed))
                        .at(place, misfit.label)
                        .maybe_help(misfit.help),
                );
                None
            }
        }
    }

    fn shown(&self, name: &str, expression: &Expression) {
        self.fault(
            Diagnostic::error(Code::Sensitive, format!("{name} cannot be sensitive"))
                .at(self.evaluator.place(expression), "this would be shown in plans and kept in the state")
                .help("nonsensitive(value), if it is no secret"),
        );
    }

    /// Finds the attributes and blocks that the schema does not know.
    fn unasked(&self) {
        let of_top = usize::from(self.top);
        let meta_attributes = || META_ATTRIBUTES.iter().take(of_top * META_ATTRIBUTES.len()).copied();
        let inner = || self.schema.blocks.iter().map(|inner| inner.name);
        let blocks = || inner().chain(META_BLOCKS.iter().take(of_top * META_BLOCKS.len()).copied());
        if !self.schema.open {
            let known = || self.schema.attributes.iter().copied().chain(meta_attributes());
            for attribute in self.body.attributes() {
                let name = attribute.key.as_str();
                if !known().any(|known| known == name) {
                    let place = Place::new(self.evaluator.file, attribute.key.span().unwrap_or_default());
                    self.unknown(name, "attribute", place, known(), blocks());
                }
            }
        }
        for block in self.body.blocks() {
            let name = block.ident.as_str();
            let place = Place::new(self.evaluator.file, block.ident.span().unwrap_or_default());
            let made = block.labels.first().map(|label| label.as_str()).unwrap_or_default();
            if name == "dynamic" && !inner().any(|known| known == made) {
                self.unknown(made, "block", place, inner(), std::iter::empty());
            } else if name != "dynamic" && !blocks().any(|known| known == name) {
                self.unknown(name, "block", place, blocks(), self.schema.attributes.iter().copied());
            }
        }
    }

    /// Says that there is no such attribute or block; `other` are the names of the other sort.
    fn unknown<'n>(
        &self,
        name: &str,
        sort: &str,
        place: Place,
        known: impl Iterator<Item = &'n str> + Clone,
        mut other: impl Iterator<Item = &'n str>,
    ) {
        let fault =
            Diagnostic::error(Code::UnknownAttribute, format!("{} has no {sort} \"{name}\"", self.what))
                .at(place.clone(), "unknown");
        let fault = if other.any(|other| other == name) {
            fault.help(match sort {
                "attribute" => format!("it is a block: {name} {{ … }}"),
                _ => format!("it is an attribute: {name} = …"),
            })
        } else {
            match nearest(name, known.clone()) {
                Some(near) => fault.help(format!("there is \"{near}\"")).patch(place, near),
                None => fault.help(format!("there are: {}", listed(known))),
            }
        };
        self.fault(fault);
    }
}

/// True when a secret was written into the configuration: nothing marks it, and no function fetched it.
fn in_clear(expression: &Expression, value: &Value) -> bool {
    match expression {
        Expression::String(_) | Expression::HeredocTemplate(_) => true,
        Expression::Parenthesis(inner) => in_clear(inner.inner(), value),
        Expression::FuncCall(call) => {
            call.name.name.as_str() == "sensitive"
                && call.args.get(0).is_some_and(|inner| in_clear(inner, value))
        }
        _ => !value.holds_sensitive(),
    }
}
