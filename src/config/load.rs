//! From a folder to an estate.

use super::code::Code;
use super::diagnostic::{Diagnostic, Diagnostics, Severity};
use super::digest::digest;
use super::engine::Engine;
use super::inputs::Inputs;
use super::module::{Module, Tree, VariableFiles, collect};
use super::settings::read_settings;
use super::source::SourceFile;
use super::walk::Walk;
use crate::estate::{Estate, Graph};
use std::path::Path;
use std::sync::Arc;

/// The stack of the thread that evaluates. Chains of references nest; `eval` gives up long before this is used up.
const STACK: usize = 256 << 20;

/// A configuration that was read and evaluated.
#[derive(Debug)]
pub struct Loaded {
    /// What it declares.
    pub estate: Estate,
    /// What it says that is probably not meant.
    pub warnings: Diagnostics,
    /// The files that it was read from.
    pub files: Vec<Arc<SourceFile>>,
}

/// Reads and evaluates the configuration in a folder.
///
/// # Errors
///
/// Everything that is wrong with it, at once, sorted by place; warnings are among them.
pub fn load(root: &Path, inputs: &Inputs) -> Result<Loaded, Diagnostics> {
    on_a_large_stack(|| read(root, inputs)).unwrap_or_else(|problem| Err(problem.into()))
}

/// Runs something that may nest deeply.
pub(super) fn on_a_large_stack<T: Send>(run: impl FnOnce() -> T + Send) -> Result<T, Diagnostic> {
    let fault =
        |why: &str| Diagnostic::error(Code::TooDeep, format!("the configuration cannot be evaluated: {why}"));
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("config".to_owned()).stack_size(STACK);
        let running = thread.spawn_scoped(scope, run).map_err(|error| fault(&error.to_string()))?;
        running.join().map_err(|_| fault("this is a defect of leeward"))
    })
}

fn read(root: &Path, inputs: &Inputs) -> Result<Loaded, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let tree = Tree::read(root, &mut diagnostics);
    let modules: Vec<Module<'_>> =
        tree.folders.iter().map(|folder| Module::of(folder, &mut diagnostics)).collect();
    let (Some(folder), Some(module)) = (tree.folders.first(), modules.first()) else {
        return Err(diagnostics.sorted());
    };
    let settings = read_settings(&folder.files, &mut diagnostics);
    let named = VariableFiles::read(inputs, root, &mut diagnostics);
    let declared: Vec<&str> = module.variables.names().collect();
    let given = collect(inputs, &folder.variables, &named, &declared, &mut diagnostics);
    let engine = Engine::new(&modules, &given, inputs, root);
    let mut walk = Walk::new(&engine);
    walk.all();
    let (mut estate, found) = walk.done();
    // Where a file could not be read, what it would have declared or given is not missing.
    let knowable = |d: &Diagnostic| match d.code {
        Code::NotDeclared | Code::UndeclaredVariable => !tree.incomplete,
        Code::NoValue => !tree.incomplete && !named.incomplete,
        _ => true,
    };
    diagnostics.extend(found.into_iter().filter(knowable));
    if !diagnostics.has_errors() {
        diagnostics.extend(cycle(&estate, &engine));
    }
    let diagnostics = diagnostics.sorted();
    if diagnostics.has_errors() || tree.incomplete {
        return Err(diagnostics);
    }
    estate.settings = settings;
    estate.digest = digest(&tree, &engine, module);
    let files = tree.folders.iter().flat_map(|folder| folder.files.iter().chain(&folder.variables));
    let files = files.chain(named.iter()).map(|parsed| Arc::clone(&parsed.file)).collect();
    let warnings = diagnostics.into_iter().filter(|d| d.severity == Severity::Warning);
    let mut kept = Diagnostics::default();
    kept.extend(warnings);
    Ok(Loaded { estate, warnings: kept, files })
}

/// Resources that depend on each other, though no single value does.
fn cycle(estate: &Estate, engine: &Engine<'_>) -> Option<Diagnostic> {
    let cycle = Graph::of(estate).order().err()?;
    let path: Vec<String> = cycle.path.iter().map(ToString::to_string).collect();
    let mut fault =
        Diagnostic::error(Code::Cycle, format!("these depend on each other: {}", path.join(" → ")));
    for address in cycle.path.iter().skip(1) {
        if let Some(block) = engine.find(address) {
            fault = fault.at(block.header(), format!("{address} is in the circle"));
        }
    }
    Some(fault.help("take one of the references or a depends_on out"))
}
