//! The configuration language, from single expressions to whole folders.

mod broken;
mod collections;
mod decode;
mod diagnostics;
mod digest;
mod format;
mod functions;
mod maps;
mod modules;
mod operators;
mod page;
mod properties;
mod references;
mod repetition;
mod sensitive;
mod settings;
mod templates;
mod variables;

use leeward::config::{Diagnostics, Inputs, Loaded, Value, evaluate, load};
use leeward::report::diagnostics::text;
use std::path::Path;
use tempfile::TempDir;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    folder
}

/// Loads a configuration of one file with this environment.
fn loaded_with(content: &str, inputs: &Inputs) -> Result<Loaded, Diagnostics> {
    load(folder(&[("estate.hcl", content)]).path(), inputs)
}

/// Loads a configuration of one file that must be good.
fn loaded(content: &str) -> Loaded {
    good(loaded_with(content, &Inputs::default()))
}

/// What was loaded, or a failing test that shows why nothing was.
fn good(loaded: Result<Loaded, Diagnostics>) -> Loaded {
    loaded.unwrap_or_else(|diagnostics| panic!("{}", text(&diagnostics, false)))
}

/// What a configuration of one file that must be broken is told.
fn refused(content: &str) -> String {
    match loaded_with(content, &Inputs::default()) {
        Ok(_) => panic!("this is accepted:\n{content}"),
        Err(diagnostics) => text(&diagnostics, false),
    }
}

/// The value of an expression in a folder.
fn value_in(folder: &Path, inputs: &Inputs, expression: &str) -> Result<Value, Diagnostics> {
    evaluate(folder, inputs, &[expression]).and_then(|mut answers| answers.remove(0))
}

/// The value of an expression that refers to nothing.
fn value(expression: &str) -> Result<Value, Diagnostics> {
    value_in(tempfile::tempdir().unwrap().path(), &Inputs::default(), expression)
}

/// Checks that pairs of expressions have the same value and marks.
fn same(pairs: &[(&str, &str)]) {
    let empty = tempfile::tempdir().unwrap();
    let expressions: Vec<&str> = pairs.iter().flat_map(|(left, right)| [*left, *right]).collect();
    let values = evaluate(empty.path(), &Inputs::default(), &expressions).unwrap();
    for (values, (left, right)) in values.chunks(2).zip(pairs) {
        let shown = |value: &Result<Value, Diagnostics>| match value {
            Ok(value) => value.to_string(),
            Err(diagnostics) => text(diagnostics, false),
        };
        let (a, b) = (shown(&values[0]), shown(&values[1]));
        assert_eq!(values[0].as_ref().ok(), values[1].as_ref().ok(), "\n{left}\n  is {a}\n{right}\n  is {b}");
        assert!(values[0].is_ok(), "{left}\n{a}");
    }
}

/// Checks that each expression is refused, and that what is said holds these words.
fn refuse(cases: &[(&str, &str)]) {
    let empty = tempfile::tempdir().unwrap();
    let expressions: Vec<&str> = cases.iter().map(|(expression, _)| *expression).collect();
    let values = evaluate(empty.path(), &Inputs::default(), &expressions).unwrap();
    for (value, (expression, words)) in values.into_iter().zip(cases) {
        match value {
            Ok(value) => panic!("{expression}\n  is {value}, and should be refused"),
            Err(diagnostics) => {
                let said = text(&diagnostics, false);
                assert!(said.contains(words), "{expression}\n  should say \"{words}\", and says:\n{said}");
            }
        }
    }
}
