//! End-to-end: the real program on the real sandbox.
//!
//! `./tests/run` raises the sandboxes for all tests here and names their folders in `LEEWARD_TEST_SANDBOX` and
//! `LEEWARD_TEST_SANDBOX_SASL`. The tests run side by side on them, so each takes names of its own ([`unique`]) and
//! leaves the servers alone; a test that hurts a server raises a sandbox for itself ([`own::Own`]).
//!
//! What leeward promises, and which tests show it; those under `e2e` on real servers, the others alone:
//!
//! | feature | on real servers | goldens, tables and properties |
//! |---|---|---|
//! | one command from nothing | `e2e::quickstart`, `e2e::slice` | `examples/quickstart/run`, which `tests/run` calls |
//! | sandbox | `e2e::sandbox`, `sandbox::life`, `sandbox::whole` | `sandbox::files`, `sandbox::options` |
//! | language | `e2e::flags` (variables), `e2e::two_regions` (modules) | `config`, `config::broken`, `cli::configuration` |
//! | graph | `e2e::removal` (what needs goes first) | `estate::graph`, `report::graph`, `cli::commands` |
//! | observation | `e2e::broken_world`, `e2e::drift` | `observe`, `plan::deferred`, `provider::connect`, `provider::dns` |
//! | plan: create, change, adopt, forget, delete, replace, refuse | `e2e::drift`, `e2e::adoption`, `e2e::removal` | `plan`, `report::text` |
//! | plan: saved and stale | `e2e::saved` | `plan::stale`, `plan::files` |
//! | plan: flags, JSON, Markdown | `e2e::flags`, `e2e::removal` | `report::json`, `report::markdown`, `report::schema` |
//! | findings | `e2e::two_regions`, `e2e::broken_world` | `policy`, `report::explanation` |
//! | Kafka | `e2e::drift`, `e2e::access`, `e2e::visibility`, `provider::contract` | `provider::memory` |
//! | Connect | `e2e::drift`, `provider::connect` | `provider::connect` |
//! | DNS UPDATE, PowerDNS | `e2e::slice`, `e2e::powerdns`, `provider::dns` | `provider::dns` |
//! | replication | `e2e::slice`, `e2e::drift`, `e2e::broken_world` (a task that fails) | `plan::connectors`, `estate::desired` |
//! | run: stop, kill, resume, locks | `e2e::interruption` | `run`, `run::interruption`, `run::story` |
//! | state | `e2e::state`, `e2e::interruption` (import) | `state`, `cli::state` |
//! | roles, access, fences by access | `e2e::access` | `policy::access`, `plan::peers` |
//! | logs without secrets | `e2e::flags` | `config::sensitive`, `config::variables`, `estate::secret` |
//! | offsets of groups | `e2e::offsets`, `e2e::evidence`, `e2e::matrix` | `offsets`, `observe::flow`, `runbook` |
//! | status, exporter, alerts, dashboard | `e2e::status` | `status`, `report::status`, `report::metrics`, `cli::exporter`, `shipped::monitoring` |
//! | hooks, approvals, taking back, leaving out | `e2e::abort` | `provider::hook`, `run::approvals`, `run::abort`, `run::waive`, `cli::hand` |
//! | drill | `e2e::drill` | `runbook::drill`, `run::drill` |
//! | failover, failback | `e2e::failover` | `runbook`, `run` |
//! | several pairs in waves | `e2e::failover::waves`, `e2e::failover::waves_unplanned` | `run::together`, `run::turned`, `cli::waves`, `report::failover` |
//! | faults in the middle of a failover | `e2e::faults` | `run::interruption`, `run::moved` |
//! | tail | `e2e::tail`, `provider::records` | `tail` |
//! | help, completions, schemas, modules, examples | `e2e::two_regions` | `cli::commands`, `cli::reference`, `shipped` |

mod abort;
mod access;
mod adoption;
mod broken_world;
mod drift;
mod drill;
mod estate;
mod evidence;
mod failover;
mod faults;
mod flags;
mod hand;
mod interruption;
mod matrix;
mod offsets;
mod own;
mod powerdns;
mod quickstart;
mod removal;
mod sandbox;
mod saved;
mod slice;
mod state;
mod status;
mod tail;
mod two_regions;
mod visibility;

use leeward::sandbox::Sandbox;
use std::path::Path;
use std::process::{Command, Output};

/// Each module that the table above names is there, and each story here stands in the table.
#[test]
fn the_table_of_what_is_shown_is_true() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let text = std::fs::read_to_string(suite.join("e2e/mod.rs")).unwrap();
    let table = text.lines().filter(|line| line.starts_with("//! |")).collect::<Vec<_>>().join("\n");
    for named in table.split('`').skip(1).step_by(2).filter(|named| !named.contains('/')) {
        let path = suite.join(named.replace("::", "/"));
        assert!(path.is_dir() || path.with_extension("rs").is_file(), "there is no {named}");
    }
    for entry in std::fs::read_dir(suite.join("e2e")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_story = !matches!(name, "mod" | "estate" | "hand" | "own") && !name.starts_with('.');
        assert!(!is_story || table.contains(&format!("`e2e::{name}`")), "{name} is not in the table");
    }
}

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
