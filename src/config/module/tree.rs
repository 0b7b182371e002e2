//! The folders of a configuration: the root and every module that is called, each parsed once.

use crate::config::code::Code;
use crate::config::diagnostic::{Diagnostic, Diagnostics, Visible};
use crate::config::parse::{Parsed, parse, unreadable};
use crate::config::source::{Place, read_folder, shown};
use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A parsed folder.
#[derive(Debug)]
pub(in crate::config) struct Folder {
    /// Where it lies.
    pub path: PathBuf,
    /// Its path relative to the root folder, `.` for the root itself.
    pub shown: String,
    /// Its declarations.
    pub files: Vec<Parsed>,
    /// Its `*.vars.hcl`; used in the root folder only.
    pub variables: Vec<Parsed>,
    /// The folder that each of its module calls leads to, by the call's name.
    pub calls: HashMap<String, usize>,
}

/// Every folder of a configuration; the root is the first.
#[derive(Debug, Default)]
pub(in crate::config) struct Tree {
    /// The folders.
    pub folders: Vec<Folder>,
    /// True when a file could not be parsed or read: names may be missing then.
    pub incomplete: bool,
    open: Vec<PathBuf>,
    known: HashMap<PathBuf, usize>,
}

impl Tree {
    /// Reads the root folder and all modules that are called from it.
    pub fn read(root: &Path, diagnostics: &mut Diagnostics) -> Self {
        let mut tree = Self::default();
        tree.folder(root, root, diagnostics);
        let files = tree.folders.first().map_or(0, |folder| folder.files.len());
        if files == 0 && !tree.incomplete {
            diagnostics.push(
                Diagnostic::error(Code::Unreadable, format!("{} holds no *.hcl file", root.display()))
                    .help("a configuration is a folder of *.hcl files; -chdir names another one"),
            );
        }
        tree
    }

    fn folder(&mut self, path: &Path, root: &Path, diagnostics: &mut Diagnostics) -> Option<usize> {
        let canonical = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if let Some(index) = self.known.get(&canonical) {
            return Some(*index);
        }
        let read = match read_folder(path, root) {
            Ok(read) => read,
            Err(error) => {
                self.incomplete = true;
                diagnostics.push(unreadable(&error));
                return None;
            }
        };
        self.incomplete |= !read.unreadable.is_empty();
        diagnostics.extend(read.unreadable.iter().map(unreadable));
        let mut parsed = |files: Vec<_>, visible| -> Vec<Parsed> {
            let (good, bad): (Vec<_>, Vec<_>) = files.into_iter().map(parse).partition(Result::is_ok);
            self.incomplete |= !bad.is_empty();
            let faults = bad.into_iter().filter_map(Result::err);
            diagnostics.extend(faults.map(|fault| fault.showing(visible)));
            good.into_iter().flatten().collect()
        };
        let files = parsed(read.declarations, Visible::All);
        let variables = parsed(read.variables, Visible::Nothing);
        let relative = shown(path, root);
        let shown = if relative.is_empty() { ".".to_owned() } else { relative };
        let index = self.folders.len();
        self.folders.push(Folder { path: path.to_owned(), shown, files, variables, calls: HashMap::new() });
        self.known.insert(canonical.clone(), index);
        self.open.push(canonical);
        self.calls(index, root, diagnostics);
        self.open.pop();
        Some(index)
    }

    fn calls(&mut self, index: usize, root: &Path, diagnostics: &mut Diagnostics) {
        let mut sources = Vec::new();
        if let Some(folder) = self.folders.get(index) {
            for parsed in &folder.files {
                for block in parsed.body.blocks().filter(|block| block.has_ident("module")) {
                    let Some(name) = block.labels.first() else { continue };
                    match source(parsed, block) {
                        Ok((text, place)) => {
                            sources.push((name.as_str().to_owned(), folder.path.join(text), place))
                        }
                        Err(diagnostic) => {
                            self.incomplete = true;
                            diagnostics.push(diagnostic);
                        }
                    }
                }
            }
        }
        for (name, path, place) in sources {
            if let Some(called) = self.called(&name, &path, place, root, diagnostics)
                && let Some(folder) = self.folders.get_mut(index)
            {
                folder.calls.insert(name, called);
            }
        }
    }

    fn called(
        &mut self,
        name: &str,
        path: &Path,
        place: Place,
        root: &Path,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        let Ok(canonical) =
            path.canonicalize().map_err(drop).and_then(|p| if p.is_dir() { Ok(p) } else { Err(()) })
        else {
            self.incomplete = true;
            diagnostics.push(
                Diagnostic::error(Code::Module, format!("module.{name} has no folder"))
                    .at(place, "there is no such folder")
                    .help("a source is a path relative to the folder of the file that calls the module"),
            );
            return None;
        };
        if let Some(start) = self.open.iter().position(|open| *open == canonical) {
            let path: Vec<String> =
                self.open.iter().skip(start).chain([&canonical]).map(|folder| tail(folder)).collect();
            self.incomplete = true;
            diagnostics.push(
                Diagnostic::error(Code::Cycle, format!("module.{name} calls itself: {}", path.join(" → ")))
                    .at(place, "this folder is already being read"),
            );
            return None;
        }
        self.folder(&tidy(path), root, diagnostics)
    }
}

/// The last name of a path.
fn tail(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A path without `.` and with `x/..` taken out, so that it is shown short.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir if tidy.file_name().is_some() => {
                tidy.pop();
            }
            other => tidy.push(other),
        }
    }
    tidy
}

/// The source of a module call, which is known before anything is evaluated.
fn source(parsed: &Parsed, block: &Block) -> Result<(String, Place), Diagnostic> {
    let place = |span: Option<std::ops::Range<usize>>| Place::new(&parsed.file, span.unwrap_or_default());
    let Some(attribute) = block.body.get_attribute("source") else {
        return Err(Diagnostic::error(Code::Missing, "a module needs a source")
            .at(place(block.ident.span()), "no source = \"./folder\"")
            .help("source = \"./modules/name\""));
    };
    let here = place(attribute.value.span());
    match &attribute.value {
        Expression::String(text) if text.value().starts_with("./") || text.value().starts_with("../") => {
            Ok((text.value().clone(), here))
        }
        Expression::String(_) => Err(Diagnostic::error(Code::Module, "a module's source is a path")
            .at(here, "it does not begin with ./ or ../")
            .help("modules are folders beside the configuration; registries and URLs are not supported")),
        _ => Err(Diagnostic::error(Code::Module, "a module's source must be a literal string")
            .at(here, "it is needed before anything is evaluated")),
    }
}
