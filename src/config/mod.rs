//! HCL files to an [`Estate`](crate::estate::Estate), or the diagnostics that say why not.
//!
//! A tour, in the order of the work:
//!
//! 1. `source`, `parse`, `module`: folders are read and parsed by hcl-edit; what each declares is sorted by name.
//! 2. `engine`: names are evaluated when they are needed, each once, with cycles and dependencies noted. It asks
//!    `eval`, a walk over expressions, which calls `functions`; what they compute with is a [`Value`].
//! 3. `walk`: goes through all instances of all modules; `decode` turns each block into its struct, by the table in
//!    `schema`.
//! 4. [`load()`] puts it together. Every fault is a [`Diagnostic`] with a [`Code`] and a [`Place`]; all are told at once.
//!
//! Beside the way: [`settings()`] reads the `leeward` block alone, `format` is `leeward fmt`.

mod code;
mod cut;
mod decode;
mod diagnostic;
mod digest;
mod engine;
mod eval;
mod evaluate;
mod format;
mod functions;
mod inputs;
mod lifecycle;
mod load;
mod module;
mod parse;
mod schema;
mod settings;
mod source;
mod suggestion;
mod syntax;
mod value;
mod walk;

pub use code::Code;
pub use diagnostic::{Diagnostic, Diagnostics, Label, Patch, Severity, Visible};
pub use evaluate::evaluate;
pub use format::format;
pub use functions::usages;
pub use inputs::Inputs;
pub use load::{Loaded, load};
pub use schema::fields;
pub use settings::{satisfies, settings};
pub use source::{Place, ReadError, SourceFile, hcl_files};
pub use value::{BlockRef, Value};
