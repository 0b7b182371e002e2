//! Hooks: what the user has declared for an occasion in a failover, a program that is run or a URL that is posted to.
//!
//! A plan says which hook is called and names no command: what it runs, and with which secrets, comes from the estate
//! when the world is reached.

mod exec;
mod fault;
mod hooks;
mod mask;
mod message;
mod tail;
mod webhook;

pub(super) use hooks::Hooks;
