//! Values that are given to the root module's variables, from the weakest to the strongest: the environment's
//! `LEEWARD_VAR_name`, `*.vars.hcl` of the root folder by name, `-var-file` in order, `-var` in order.

use crate::config::code::Code;
use crate::config::diagnostic::{Diagnostic, Diagnostics, Visible};
use crate::config::inputs::Inputs;
use crate::config::parse::{Parsed, parse, unreadable};
use crate::config::source::{Place, SourceFile, read_file};
use crate::config::suggestion::nearest;
use hcl_edit::Span;
use hcl_edit::expr::Expression;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// A value as it was given, before its type is known.
#[derive(Debug, Clone)]
pub(in crate::config) enum Raw<'m> {
    /// A text, and where it comes from, such as `-var`.
    Text(String, String),
    /// An expression of a variables file.
    Expression(&'m Expression, &'m Arc<SourceFile>),
}

/// Values by the names of variables.
pub(in crate::config) type Given<'m> = HashMap<String, Raw<'m>>;

/// The files that set variables, read.
#[derive(Debug, Default)]
pub(in crate::config) struct VariableFiles {
    files: Vec<Parsed>,
    /// True when a file could not be parsed or read: values may be missing then.
    pub incomplete: bool,
}

impl VariableFiles {
    /// Reads the files that the caller names.
    pub fn read(inputs: &Inputs, root: &Path, diagnostics: &mut Diagnostics) -> Self {
        let mut read = Self::default();
        for path in &inputs.var_files {
            match read_file(path, root).map_err(|error| unreadable(&error)).and_then(parse) {
                Ok(parsed) => read.files.push(parsed),
                Err(diagnostic) => {
                    read.incomplete = true;
                    diagnostics.push(diagnostic.showing(Visible::Nothing));
                }
            }
        }
        read
    }

    /// The files.
    pub fn iter(&self) -> impl Iterator<Item = &Parsed> {
        self.files.iter()
    }
}

/// Collects what is given; names that no variable has are said: an error on the command line, else a warning.
pub(in crate::config) fn collect<'m>(
    inputs: &Inputs,
    folder: &'m [Parsed],
    named: &'m VariableFiles,
    declared: &[&str],
    diagnostics: &mut Diagnostics,
) -> Given<'m> {
    let mut given = Given::new();
    for name in declared {
        let variable = format!("LEEWARD_VAR_{name}");
        if let Some(value) = inputs.environment.get(&variable) {
            given.insert((*name).to_owned(), Raw::Text(value.clone(), variable));
        }
    }
    for parsed in folder.iter().chain(named.iter()) {
        for block in parsed.body.blocks() {
            let place = Place::new(&parsed.file, block.ident.span().unwrap_or_default());
            diagnostics.push(
                Diagnostic::error(Code::UnknownAttribute, "a variables file holds values only")
                    .at(place, "this is a block")
                    .help("declare it in a *.hcl file whose name does not end with .vars.hcl"),
            );
        }
        let (known, unknown): (Vec<_>, Vec<_>) =
            parsed.body.attributes().partition(|attribute| declared.contains(&attribute.key.as_str()));
        for attribute in known {
            given.insert(attribute.key.to_string(), Raw::Expression(&attribute.value, &parsed.file));
        }
        let unknown = unknown.iter().map(|attribute| {
            let place = Place::new(&parsed.file, attribute.key.span().unwrap_or_default());
            (attribute.key.as_str(), place)
        });
        diagnostics.extend(without_variables(unknown.collect(), declared));
    }
    for (name, value) in &inputs.vars {
        if declared.contains(&name.as_str()) {
            given.insert(name.clone(), Raw::Text(value.clone(), format!("-var {name}")));
        } else {
            let message = format!("a value is given for the variable \"{name}\", which is not declared");
            let near = nearest(name, declared.iter().copied());
            diagnostics.push(
                Diagnostic::error(Code::UndeclaredVariable, message)
                    .maybe_help(near.map(|near| format!("there is a variable \"{near}\""))),
            );
        }
    }
    given
}

/// Warns of values in a file that no variable takes: of each that may be a slip, and of all the others in one.
fn without_variables<'n>(values: Vec<(&'n str, Place)>, declared: &[&str]) -> Vec<Diagnostic> {
    let warning = |message: String, place: Place, text: &str| {
        Diagnostic::warning(Code::UndeclaredVariable, message).at(place, text).showing(Visible::Labelled)
    };
    let one = |name: &str| format!("a value is given for the variable \"{name}\", which is not declared");
    let (mut warnings, mut others) = (Vec::new(), Vec::new());
    for (name, place) in values {
        match nearest(name, declared.iter().copied()) {
            Some(near) => warnings.push(
                warning(one(name), place, "no such variable").help(format!("there is a variable \"{near}\"")),
            ),
            None => others.push((name, place)),
        }
    }
    let names: Vec<&'n str> = others.iter().map(|(name, _)| *name).collect();
    let many = format!("values are given for variables that are not declared: {}", names.join(", "));
    warnings.extend(match others.into_iter().next() {
        Some((name, place)) if names.len() == 1 => Some(warning(one(name), place, "no such variable")),
        Some((_, place)) => Some(warning(many, place, "the first of them")),
        None => None,
    });
    warnings
}
