//! Values that are given to the root module's variables, from the weakest to the strongest: the environment's
//! `LEEWARD_VAR_name`, `*.vars.hcl` of the root folder by name, `-var-file` in order, `-var` in order.

use crate::config::code::Code;
use crate::config::diagnostic::{Diagnostic, Diagnostics};
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
pub(in crate::config) struct VariableFiles(Vec<Parsed>);

impl VariableFiles {
    /// Reads the files that the caller names.
    pub fn read(inputs: &Inputs, root: &Path, diagnostics: &mut Diagnostics) -> Self {
        let mut files = Vec::new();
        for path in &inputs.var_files {
            match read_file(path, root).map_err(|error| unreadable(&error)).and_then(parse) {
                Ok(parsed) => files.push(parsed),
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        Self(files)
    }

    /// The files.
    pub fn iter(&self) -> impl Iterator<Item = &Parsed> {
        self.0.iter()
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
        for attribute in parsed.body.attributes() {
            let name = attribute.key.as_str();
            if declared.contains(&name) {
                given.insert(name.to_owned(), Raw::Expression(&attribute.value, &parsed.file));
            } else {
                let place = Place::new(&parsed.file, attribute.key.span().unwrap_or_default());
                diagnostics.push(undeclared(name, declared, true).at(place, "no such variable"));
            }
        }
    }
    for (name, value) in &inputs.vars {
        if declared.contains(&name.as_str()) {
            given.insert(name.clone(), Raw::Text(value.clone(), format!("-var {name}")));
        } else {
            diagnostics.push(undeclared(name, declared, false));
        }
    }
    given
}

fn undeclared(name: &str, declared: &[&str], in_file: bool) -> Diagnostic {
    let message = format!("a value is given for the variable \"{name}\", which is not declared");
    let diagnostic = if in_file {
        Diagnostic::warning(Code::UndeclaredVariable, message)
    } else {
        Diagnostic::error(Code::UndeclaredVariable, message)
    };
    let near = nearest(name, declared.iter().copied());
    diagnostic.maybe_help(near.map(|near| format!("there is a variable \"{near}\"")))
}
