//! Single expressions, for the console.

use super::diagnostic::Diagnostics;
use super::engine::Engine;
use super::eval::Faults;
use super::inputs::Inputs;
use super::load::on_a_large_stack;
use super::module::{Module, Tree, VariableFiles, collect};
use super::source::SourceFile;
use super::syntax::syntax;
use super::value::Value;
use hcl_edit::expr::Expression;
use std::path::Path;

/// Evaluates expressions in the root module of the configuration in a folder; what is sensitive displays so.
///
/// # Errors
///
/// When the configuration cannot be read. What is wrong with an expression is its own answer.
pub fn evaluate(
    root: &Path,
    inputs: &Inputs,
    expressions: &[&str],
) -> Result<Vec<Result<Value, Diagnostics>>, Diagnostics> {
    on_a_large_stack(|| all(root, inputs, expressions)).unwrap_or_else(|problem| Err(problem.into()))
}

fn all(
    root: &Path,
    inputs: &Inputs,
    expressions: &[&str],
) -> Result<Vec<Result<Value, Diagnostics>>, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let tree = Tree::read(root, &mut diagnostics);
    if tree.incomplete {
        return Err(diagnostics.sorted());
    }
    let modules: Vec<Module<'_>> =
        tree.folders.iter().map(|folder| Module::of(folder, &mut diagnostics)).collect();
    let (Some(folder), Some(module)) = (tree.folders.first(), modules.first()) else {
        return Err(diagnostics.sorted());
    };
    let named = VariableFiles::read(inputs, root, &mut diagnostics);
    let declared: Vec<&str> = module.variables.names().collect();
    let given = collect(inputs, &folder.variables, &named, &declared, &mut diagnostics);
    let engine = Engine::new(&modules, &given, inputs, root);
    Ok(expressions.iter().map(|text| one(&engine, text)).collect())
}

fn one(engine: &Engine<'_>, text: &str) -> Result<Value, Diagnostics> {
    let file = SourceFile::new("console", text);
    let expression: Expression = text.trim_end().parse().map_err(|error| syntax(&file, &error))?;
    let Some(root) = engine.instance(0) else { return Ok(Value::Null) };
    engine.evaluate(&root, &file, None, |evaluator| evaluator.value(&expression)).map_err(|faults: Faults| {
        let mut diagnostics = Diagnostics::default();
        faults.tell(&mut diagnostics);
        diagnostics.sorted()
    })
}
