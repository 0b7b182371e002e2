//! End-to-end: the real program on the real sandbox.
//!
//! `./tests/run` raises the sandboxes for all tests here and names their folders in `LEEWARD_TEST_SANDBOX` and
//! `LEEWARD_TEST_SANDBOX_SASL`. The tests run side by side on them, so each takes names of its own ([`unique`]) and
//! leaves the servers alone; a test that hurts a server raises a sandbox for itself ([`may_destroy`]).

mod access;
mod adoption;
mod broken_world;
mod drift;
mod estate;
mod flags;
mod hand;
mod interruption;
mod powerdns;
mod quickstart;
mod removal;
mod sandbox;
mod saved;
mod slice;
mod two_regions;
mod visibility;

use leeward::sandbox::Sandbox;
use std::path::Path;
use std::process::{Command, Output};

/// The shared sandbox, with PowerDNS and Unbound, whose clients need no password. Without one a test has to return; on
/// CI that is a failure.
pub fn sandbox() -> Option<Sandbox> {
    shared("LEEWARD_TEST_SANDBOX")
}

/// The shared sandbox whose clients log in and whose brokers ask an authorizer.
pub fn sasl_sandbox() -> Option<Sandbox> {
    shared("LEEWARD_TEST_SANDBOX_SASL")
}

fn shared(variable: &str) -> Option<Sandbox> {
    let Some(dir) = std::env::var_os(variable).filter(|dir| !dir.is_empty()) else {
        skip(variable);
        return None;
    };
    let sandbox = Sandbox::open(Path::new(&dir));
    Some(sandbox.unwrap_or_else(|error| panic!("{variable} names no sandbox: {error}")))
}

/// Whether tests may raise sandboxes of their own and kill what runs in them.
pub fn may_destroy() -> bool {
    let may = std::env::var_os("LEEWARD_TEST_DESTRUCTIVE").is_some_and(|value| value == "1");
    if !may {
        skip("LEEWARD_TEST_DESTRUCTIVE=1");
    }
    may
}

fn skip(variable: &str) {
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "CI runs every test: set {variable}");
    eprintln!("skipped: set {variable}, or use ./tests/run");
}

/// A name that no other test uses, nor this one in another run: for topics, connectors, groups and DNS labels.
pub fn unique(stem: &str) -> String {
    let number = uuid::Uuid::new_v4().simple().to_string();
    format!("{stem}-{}", &number[..8])
}

/// Runs leeward in a folder and answers what it said.
pub fn leeward(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_leeward"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

/// Runs leeward in a folder, where it has to succeed, and answers its standard output.
pub fn leeward_ok(folder: &Path, arguments: &[&str]) -> String {
    let output = leeward(folder, arguments);
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "leeward {}:\n{said}{complained}", arguments.join(" "));
    said.into_owned()
}
