//! A fingerprint of what an estate was made of.

use super::engine::Engine;
use super::module::{Module, Tree};
use sha2::{Digest, Sha256};

/// SHA-256 of the declarations and of the values of the root module's variables; sensitive values are left out.
pub(super) fn digest(tree: &Tree, engine: &Engine<'_>, root: &Module<'_>) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update(text.len().to_le_bytes());
        hash.update(text.as_bytes());
    };
    for parsed in tree.folders.iter().flat_map(|folder| &folder.files) {
        part(&parsed.file.path);
        part(&parsed.file.text);
    }
    for (index, variable) in (0..).zip(&root.variables.all) {
        part(variable.name);
        if let Ok(value) = engine.variable(0, index, &variable.header()) {
            // What is sensitive displays as a fixed word.
            part(&value.to_string());
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
