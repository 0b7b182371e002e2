//! A fingerprint of what an estate was made of.

use super::engine::Engine;
use super::module::{Module, Tree};
use sha2::{Digest, Sha256};

/// SHA-256 of the declarations, of the files that functions read, and of the values of the root module's variables;
/// sensitive values are left out.
pub(super) fn digest(tree: &Tree, engine: &Engine<'_>, root: &Module<'_>) -> String {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    };
    for parsed in tree.folders.iter().flat_map(|folder| &folder.files) {
        part(parsed.file.path.as_bytes());
        part(parsed.file.text.as_bytes());
    }
    for (path, digest) in engine.files() {
        part(path.as_bytes());
        part(&digest);
    }
    for (index, variable) in (0..).zip(&root.variables.all) {
        part(variable.name.as_bytes());
        if let Ok(value) = engine.variable(0, index, &variable.header()) {
            // What is sensitive displays as a fixed word.
            part(value.to_string().as_bytes());
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
