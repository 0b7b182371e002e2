//! What a folder declares, by name.

use super::tree::Folder;
use crate::config::code::Code;
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::source::{Place, SourceFile};
use crate::config::suggestion::nearest;
use crate::estate::Kind;
use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block as Tree, BlockLabel, Structure};
use std::collections::HashMap;
use std::sync::Arc;

/// The words that begin a block at the top level, beside the kinds.
const OTHER_BLOCKS: [&str; 5] = ["leeward", "variable", "locals", "output", "module"];

/// A `variable`, `output`, `module` or resource block.
#[derive(Debug, Clone, Copy)]
pub(in crate::config) struct Block<'m> {
    /// Its last label.
    pub name: &'m str,
    /// What stands in it.
    pub tree: &'m Tree,
    /// The file that it stands in.
    pub file: &'m Arc<SourceFile>,
    /// The kind of the resource; meaningless for other blocks.
    pub kind: Kind,
}

pub(in crate::config) type Variable<'m> = Block<'m>;
pub(in crate::config) type Output<'m> = Block<'m>;
pub(in crate::config) type Call<'m> = Block<'m>;

impl Block<'_> {
    /// Its first line: the word and the labels.
    pub fn header(&self) -> Place {
        let start = self.tree.ident.span().unwrap_or_default();
        let end = self.tree.labels.last().and_then(label_span).map_or(start.end, |span| span.end);
        Place::new(self.file, start.start..end)
    }

    /// Where something of it stands.
    pub fn place(&self, spanned: &impl Span) -> Place {
        Place::new(self.file, spanned.span().unwrap_or_default())
    }
}

/// One attribute of a `locals` block.
#[derive(Debug, Clone, Copy)]
pub(in crate::config) struct Local<'m> {
    /// Its name.
    pub name: &'m str,
    /// What it stands for.
    pub value: &'m Expression,
    /// The file that it stands in.
    pub file: &'m Arc<SourceFile>,
}

/// What a folder declares.
#[derive(Debug)]
pub(in crate::config) struct Module<'m> {
    /// The folder.
    pub folder: &'m Folder,
    /// Its `variable` blocks.
    pub variables: Named<'m, Variable<'m>>,
    /// The attributes of its `locals` blocks.
    pub locals: Named<'m, Local<'m>>,
    /// Its `output` blocks.
    pub outputs: Named<'m, Output<'m>>,
    /// Its `module` blocks.
    pub calls: Named<'m, Call<'m>>,
    /// Its resource blocks.
    pub blocks: Vec<Block<'m>>,
    /// Where each of them is in `blocks`.
    by_name: HashMap<(Kind, &'m str), u32>,
}

/// Things in the order of the files, and where each name is among them.
#[derive(Debug)]
pub(in crate::config) struct Named<'m, T> {
    /// The things.
    pub all: Vec<T>,
    index: HashMap<&'m str, u32>,
}

impl<'m, T> Named<'m, T> {
    fn new() -> Self {
        Self { all: Vec::new(), index: HashMap::new() }
    }

    /// The number of the thing with this name.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.index.get(name).copied()
    }

    /// The thing of this number.
    pub fn get(&self, index: u32) -> Option<&T> {
        self.all.get(index as usize)
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &'m str> + Clone {
        self.index.keys().copied()
    }

    /// Adds a thing, or answers the one that has its name already.
    fn add(&mut self, name: &'m str, thing: T) -> Result<(), &T> {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        match self.index.get(name) {
            Some(first) => Err(&self.all[*first as usize]),
            None => {
                self.index.insert(name, next);
                self.all.push(thing);
                Ok(())
            }
        }
    }
}

impl<'m> Module<'m> {
    /// Sorts what a folder declares by name.
    pub fn of(folder: &'m Folder, diagnostics: &mut Diagnostics) -> Self {
        let mut module = Self {
            folder,
            variables: Named::new(),
            locals: Named::new(),
            outputs: Named::new(),
            calls: Named::new(),
            blocks: Vec::new(),
            by_name: HashMap::new(),
        };
        for parsed in &folder.files {
            for structure in parsed.body.iter() {
                let added = match structure {
                    Structure::Block(block) => module.block(block, &parsed.file, diagnostics),
                    Structure::Attribute(attribute) => Err(Diagnostic::error(
                        Code::UnknownAttribute,
                        format!("{} stands outside of any block", attribute.key.as_str()),
                    )
                    .at(Place::new(&parsed.file, attribute.key.span().unwrap_or_default()), "no block around it")
                    .help("values of variables belong into a *.vars.hcl file, shared values into a locals block")),
                };
                diagnostics.extend(added.err());
            }
        }
        module
    }

    /// The number of the block of this kind and name.
    pub fn find(&self, kind: Kind, name: &str) -> Option<u32> {
        self.by_name.get(&(kind, name)).copied()
    }

    /// The block of this number.
    pub fn block_at(&self, index: u32) -> Option<&Block<'m>> {
        self.blocks.get(index as usize)
    }

    /// The names of all blocks of a kind.
    pub fn names_of(&self, kind: Kind) -> impl Iterator<Item = &'m str> + Clone {
        self.blocks.iter().filter(move |block| block.kind == kind).map(|block| block.name)
    }

    fn block(
        &mut self,
        tree: &'m Tree,
        file: &'m Arc<SourceFile>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Diagnostic> {
        let word = tree.ident.as_str();
        match word {
            "leeward" if self.folder.shown == "." => Ok(()),
            "leeward" => Err(Diagnostic::error(Code::Settings, "a module has no settings").at(
                Place::new(file, tree.ident.span().unwrap_or_default()),
                "only the root folder has this block",
            )),
            "locals" => {
                unlabelled(tree, file)?;
                self.add_locals(tree, file, diagnostics);
                Ok(())
            }
            "variable" | "output" | "module" => {
                let block = Block { name: label(tree, file)?, tree, file, kind: Kind::Cluster };
                let named = match word {
                    "variable" => &mut self.variables,
                    "output" => &mut self.outputs,
                    _ => &mut self.calls,
                };
                named
                    .add(block.name, block)
                    .map_err(|first| twice(&format!("{word}.{}", block.name), &block, first))
            }
            _ => self.resource(word, tree, file),
        }
    }

    fn resource(&mut self, word: &str, tree: &'m Tree, file: &'m Arc<SourceFile>) -> Result<(), Diagnostic> {
        let kind: Kind = word.parse().map_err(|_| unknown_kind(word, tree, file))?;
        let block = Block { name: label(tree, file)?, tree, file, kind };
        if let Some(first) = self.find(kind, block.name).and_then(|index| self.block_at(index)) {
            return Err(twice(&format!("{kind}.{}", block.name), &block, first));
        }
        let next = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        self.by_name.insert((kind, block.name), next);
        self.blocks.push(block);
        Ok(())
    }

    fn add_locals(&mut self, tree: &'m Tree, file: &'m Arc<SourceFile>, diagnostics: &mut Diagnostics) {
        for attribute in tree.body.attributes() {
            let name = attribute.key.as_str();
            let place = |key: &dyn Fn() -> Option<std::ops::Range<usize>>| {
                Place::new(file, key().unwrap_or_default())
            };
            let here = place(&|| attribute.key.span());
            if let Err(first) = self.locals.add(name, Local { name, value: &attribute.value, file }) {
                let there = Place::new(first.file, first.value.span().unwrap_or_default());
                diagnostics.push(
                    Diagnostic::error(Code::Duplicate, format!("local.{name} is declared twice"))
                        .at(here, "the second")
                        .at(there, "the first"),
                );
            }
        }
        for block in tree.body.blocks() {
            diagnostics.push(
                Diagnostic::error(Code::UnknownAttribute, "locals holds attributes only")
                    .at(Place::new(file, block.ident.span().unwrap_or_default()), "this is a block")
                    .help(format!("{0} = {{ … }} makes a map", block.ident.as_str())),
            );
        }
    }
}

fn twice(what: &str, second: &Block<'_>, first: &Block<'_>) -> Diagnostic {
    Diagnostic::error(Code::Duplicate, format!("{what} is declared twice"))
        .at(second.header(), "the second")
        .at(first.header(), "the first")
        .help("rename one of them, or take it out")
}

fn unknown_kind(word: &str, tree: &Tree, file: &Arc<SourceFile>) -> Diagnostic {
    let place = Place::new(file, tree.ident.span().unwrap_or_default());
    let kinds = Kind::ALL.iter().map(|kind| kind.as_str()).chain(OTHER_BLOCKS);
    let fault = Diagnostic::error(Code::UnknownKind, format!("there is no block {word}"))
        .at(place.clone(), "unknown");
    match (nearest(word, kinds), word) {
        (Some(near), _) => fault.help(format!("there is {near}")).patch(place, near),
        (None, "resource" | "data") => fault.help("the kind stands in front: topic \"orders\" { … }"),
        (None, "provider" | "terraform") => fault.help("how to reach a cluster is said in its own block"),
        (None, _) => fault.help(format!(
            "there are {} and {}",
            Kind::ALL.map(Kind::as_str).join(", "),
            OTHER_BLOCKS.join(", ")
        )),
    }
}

fn label_span(label: &BlockLabel) -> Option<std::ops::Range<usize>> {
    match label {
        BlockLabel::Ident(ident) => ident.span(),
        BlockLabel::String(text) => text.span(),
    }
}

/// The one label of a block, which is a name.
fn label<'m>(tree: &'m Tree, file: &Arc<SourceFile>) -> Result<&'m str, Diagnostic> {
    let word = tree.ident.as_str();
    let place = |span: Option<std::ops::Range<usize>>| Place::new(file, span.unwrap_or_default());
    match tree.labels.as_slice() {
        [label] if is_name(label.as_str()) => Ok(label.as_str()),
        [label] => Err(Diagnostic::error(Code::Labels, format!("\"{}\" is not a name", label.as_str()))
            .at(place(label_span(label)), "a name has letters, digits, _ and -, and begins with a letter")
            .help("what a thing is called out in the world is its attribute: name = \"…\"")),
        [] => Err(Diagnostic::error(Code::Labels, format!("a {word} needs a name"))
            .at(place(tree.ident.span()), "no label")
            .help(format!("{word} \"name\" {{ … }}"))),
        [_, second, ..] => Err(Diagnostic::error(Code::Labels, format!("a {word} has one label, its name"))
            .at(place(label_span(second)), "one too many")),
    }
}

fn unlabelled(tree: &Tree, file: &Arc<SourceFile>) -> Result<(), Diagnostic> {
    match tree.labels.first() {
        None => Ok(()),
        Some(label) => {
            let place = Place::new(file, label_span(label).unwrap_or_default());
            Err(Diagnostic::error(Code::Labels, "locals has no label").at(place, "one too many"))
        }
    }
}

/// True for what may be a label: it can stand in a reference.
fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && characters.all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}
