//! Modules: the folders of a configuration, what each declares, and the types of variables.

mod constraint;
mod declarations;
mod given;
mod tree;

pub(super) use constraint::Constraint;
pub(super) use declarations::{Block, Call, Module, Output, Variable};
pub(super) use given::{Given, Raw, VariableFiles, collect};
pub(super) use tree::Tree;
