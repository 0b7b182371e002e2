//! One table for each family of functions.

mod calls;
mod collection;
mod encoding;
mod filesystem;
mod format;
mod network;
mod numeric;
mod string;
