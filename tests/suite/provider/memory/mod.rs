//! The fake world: what the contract does not say of it.

mod cost;
mod defaults;
mod edit;
