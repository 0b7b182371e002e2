//! What names mean in a module.

use super::{Engine, Instance};
use crate::config::code::Code;
use crate::config::diagnostic::Diagnostic;
use crate::config::eval::{Faults, Names, Root};
use crate::config::source::Place;
use crate::config::suggestion::{listed, nearest};
use crate::config::value::{BlockRef, Value};
use crate::estate::Kind;
use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;

/// The words that begin a reference, beside the kinds.
const ROOTS: [&str; 6] = ["var", "local", "module", "path", "each", "count"];

/// The names of one instance of a module; of none at all where nothing may be referred to.
pub(in crate::config) struct Here<'e, 'm> {
    /// The engine.
    pub engine: &'e Engine<'m>,
    /// The instance.
    pub instance: Option<Rc<Instance<'m>>>,
}

impl Names for Here<'_, '_> {
    fn root(&self, root: &Root<'_>) -> Result<(Value, usize), Faults> {
        let Some(instance) = &self.instance else {
            let help = root.operators.is_empty().then(|| format!("a string is quoted: \"{}\"", root.name));
            return Err(Diagnostic::error(Code::NotDeclared, "nothing can be referred to here")
                .at(root.place.clone(), "only literals and functions are possible")
                .maybe_help(help)
                .into());
        };
        match root.name {
            "var" => self.variable(instance, root),
            "local" => self.local(instance, root),
            "module" => self.module(instance, root),
            "path" => self.path(instance, root),
            "each" => Err(unbound(root, "each", "for_each")),
            "count" => Err(unbound(root, "count", "count")),
            word => match word.parse::<Kind>() {
                Ok(kind) => self.block(instance, kind, root),
                Err(_) => Err(unknown(root)),
            },
        }
    }

    fn attribute(&self, block: &BlockRef, name: &str, place: &Place) -> Result<Value, Faults> {
        self.engine.attribute_of(block, name, place)
    }

    fn folder(&self) -> &Path {
        self.engine.root
    }

    fn file_read(&self, path: &Path, bytes: &[u8]) {
        self.engine.note_file(path, bytes);
    }

    fn environment(&self, name: &str) -> Option<String> {
        self.engine.inputs.environment.get(name).cloned()
    }

    fn depth(&self) -> &Cell<u32> {
        &self.engine.depth
    }
}

impl Here<'_, '_> {
    fn variable(&self, instance: &Instance<'_>, root: &Root<'_>) -> Result<(Value, usize), Faults> {
        let (name, _) = named(root, "var.name")?;
        let variables = &instance.module.variables;
        match variables.find(name) {
            Some(index) => Ok((self.engine.variable(instance.id, index, &root.place_until(0))?, 1)),
            None => {
                Err(undeclared(root, &format!("var.{name}"), "variable", name, variables.names(), |near| {
                    variables
                        .find(near)
                        .and_then(|index| variables.get(index))
                        .map(|variable| variable.header())
                }))
            }
        }
    }

    fn local(&self, instance: &Instance<'_>, root: &Root<'_>) -> Result<(Value, usize), Faults> {
        let (name, _) = named(root, "local.name")?;
        let locals = &instance.module.locals;
        match locals.find(name) {
            Some(index) => Ok((self.engine.local(instance.id, index, &root.place_until(0))?, 1)),
            None => Err(undeclared(root, &format!("local.{name}"), "local", name, locals.names(), |near| {
                let local = locals.find(near).and_then(|index| locals.get(index))?;
                Some(Place::new(local.file, hcl_edit::Span::span(local.value).unwrap_or_default()))
            })),
        }
    }

    fn module(&self, instance: &Instance<'_>, root: &Root<'_>) -> Result<(Value, usize), Faults> {
        let (name, _) = named(root, "module.name.output")?;
        let calls = &instance.module.calls;
        match calls.find(name) {
            Some(index) => {
                let expansion = self.engine.call(instance.id, index, &root.place_until(0))?;
                Ok((expansion.value.clone(), 1))
            }
            None => Err(undeclared(root, &format!("module.{name}"), "module", name, calls.names(), |near| {
                calls.find(near).and_then(|index| calls.get(index)).map(|call| call.header())
            })),
        }
    }

    fn path(&self, instance: &Instance<'_>, root: &Root<'_>) -> Result<(Value, usize), Faults> {
        let (name, place) = named(root, "path.module")?;
        match name {
            "module" => Ok((Value::from(instance.module.folder.shown.as_str()), 1)),
            "root" => Ok((Value::from("."), 1)),
            "cwd" => {
                let folder =
                    std::path::absolute(self.engine.root).unwrap_or_else(|_| self.engine.root.to_owned());
                Ok((Value::from(folder.display().to_string()), 1))
            }
            _ => Err(Diagnostic::error(Code::NotDeclared, format!("there is no path.{name}"))
                .at(place, "unknown")
                .help("there are path.module, path.root and path.cwd")
                .into()),
        }
    }

    fn block(&self, instance: &Instance<'_>, kind: Kind, root: &Root<'_>) -> Result<(Value, usize), Faults> {
        let (name, _) = named(root, &format!("{kind}.name"))?;
        match instance.module.find(kind, name) {
            Some(index) => {
                let expansion = self.engine.expansion(instance.id, index, &root.place_until(0))?;
                Ok((expansion.value.clone(), 1))
            }
            None => {
                let names = instance.module.names_of(kind);
                Err(undeclared(root, &format!("{kind}.{name}"), kind.as_str(), name, names, |near| {
                    let index = instance.module.find(kind, near)?;
                    instance.module.block_at(index).map(|block| block.header())
                }))
            }
        }
    }
}

/// The name behind the first dot.
fn named<'r>(root: &'r Root<'_>, form: &str) -> Result<(&'r str, Place), Faults> {
    root.attribute(0).ok_or_else(|| {
        Diagnostic::error(Code::NotDeclared, format!("{} is not a value by itself", root.name))
            .at(root.place.clone(), "a name must follow")
            .help(format!("a reference looks like {form}"))
            .into()
    })
}

fn undeclared<'a>(
    root: &Root<'_>,
    what: &str,
    word: &str,
    name: &str,
    names: impl Iterator<Item = &'a str> + Clone,
    header: impl FnOnce(&str) -> Option<Place>,
) -> Faults {
    let fault = Diagnostic::error(Code::NotDeclared, format!("{what} is not declared"))
        .at(root.place_until(0), format!("no such {word}"));
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    match nearest(name, names.clone()) {
        Some(near) => {
            let place = header(near).map(|place| format!(" ({place})")).unwrap_or_default();
            fault.help(format!("there is {article} {word} \"{near}\"{place}")).into()
        }
        None => {
            let mut names: Vec<&str> = names.collect();
            names.sort_unstable();
            let there = if names.is_empty() {
                "none is declared".into()
            } else {
                format!("there are: {}", listed(names))
            };
            fault.help(there).into()
        }
    }
}

fn unbound(root: &Root<'_>, word: &str, needed: &str) -> Faults {
    Diagnostic::error(Code::NotDeclared, format!("{word} has no meaning here"))
        .at(root.place.clone(), format!("the block has no {needed}"))
        .into()
}

fn unknown(root: &Root<'_>) -> Faults {
    let name = root.name;
    let words = ROOTS.into_iter().chain(Kind::ALL.iter().map(|kind| kind.as_str()));
    let help = match (nearest(name, words.clone()), name) {
        (Some(near), _) => format!("did you mean {near}?"),
        (None, "locals") => "did you mean local?".to_owned(),
        (None, "self") => "a block refers to itself by its address".to_owned(),
        (None, "data" | "resource") => {
            "a resource is referred to by its kind and name: topic.orders".to_owned()
        }
        _ if root.operators.is_empty() => format!("a string is quoted: \"{name}\""),
        _ => format!("a reference begins with one of: {}", words.collect::<Vec<_>>().join(", ")),
    };
    Diagnostic::error(Code::NotDeclared, format!("{name} is not declared"))
        .at(root.place.clone(), "unknown name")
        .help(help)
        .into()
}
