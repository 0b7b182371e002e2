//! `validate`, `fmt` and `console`, as they are called.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn leeward(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_leeward"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn folder(content: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("estate.hcl"), content).unwrap();
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const GOOD: &str =
    "variable \"port\" { default = 9092 }\n\ncluster \"c\" { bootstrap = [\"a:${var.port}\"] }\n";

#[test]
fn validate_tells_people() {
    let good = leeward(folder(GOOD).path(), &["validate"], "");
    assert_eq!(good.status.code(), Some(0));
    assert_eq!(text(&good.stdout), "The configuration is valid: 1 resource in 1 file.\n");
    let bad = leeward(folder(GOOD).path(), &["validate", "-var", "port=x y"], "");
    assert_eq!(bad.status.code(), Some(1));
    let said = text(&bad.stderr);
    assert!(said.contains("error[LW0110]") && said.contains("not valid: 1 error"), "{said}");
    assert!(!said.contains('\u{1b}'), "no colour where nobody sees it");
    let bad = leeward(folder(GOOD).path(), &["validate", "-var", "port"], "");
    assert!(text(&bad.stderr).contains("-var port gives no value"));
}

#[test]
fn validate_tells_machines() {
    let good = leeward(folder(GOOD).path(), &["validate", "-json"], "");
    let json: serde_json::Value = serde_json::from_slice(&good.stdout).unwrap();
    assert_eq!((good.status.code(), &json["valid"]), (Some(0), &true.into()));
    let bad = leeward(folder("topic \"t\" {}").path(), &["validate", "-json"], "");
    let json: serde_json::Value = serde_json::from_slice(&bad.stdout).unwrap();
    assert_eq!((bad.status.code(), &json["error_count"]), (Some(1), &3.into()));
    assert_eq!(json["diagnostics"][0]["range"]["start"]["line"], 1);
}

#[test]
fn fmt_writes_lists_checks_and_shows() {
    let untidy = "a {\nb=1\n}\n";
    let tidy = "a {\n  b = 1\n}\n";
    let there = folder(untidy);
    let file = there.path().join("estate.hcl");
    let read = || std::fs::read_to_string(&file).unwrap();
    let check = leeward(there.path(), &["fmt", "-check"], "");
    assert_eq!((check.status.code(), text(&check.stdout)), (Some(3), "estate.hcl\n".into()));
    let diff = leeward(there.path(), &["fmt", "-diff", "-write=false", "-list=false"], "");
    assert_eq!(diff.status.code(), Some(0));
    assert_eq!(
        text(&diff.stdout),
        "--- old/estate.hcl\n+++ new/estate.hcl\n@@ -1,3 +1,3 @@\n a {\n-b=1\n+  b = 1\n }\n"
    );
    assert_eq!(read(), untidy);
    let write = leeward(there.path(), &["fmt"], "");
    assert_eq!(
        (write.status.code(), text(&write.stdout), read()),
        (Some(0), "estate.hcl\n".into(), tidy.into())
    );
    let again = leeward(there.path(), &["fmt", "-check"], "");
    assert_eq!((again.status.code(), text(&again.stdout)), (Some(0), String::new()));
    let piped = leeward(there.path(), &["fmt", "-"], untidy);
    assert_eq!(text(&piped.stdout), tidy);
}

#[test]
fn fmt_goes_into_folders_only_when_asked_and_says_what_is_broken() {
    let there = folder("a = 1\n");
    std::fs::create_dir(there.path().join("inner")).unwrap();
    std::fs::write(there.path().join("inner/b.hcl"), "b=1\n").unwrap();
    assert_eq!(leeward(there.path(), &["fmt", "-check"], "").status.code(), Some(0));
    let deep = leeward(there.path(), &["fmt", "-check", "-recursive"], "");
    assert_eq!((deep.status.code(), text(&deep.stdout)), (Some(3), "inner/b.hcl\n".into()));
    std::fs::write(there.path().join("c.hcl"), "c =\n").unwrap();
    let broken = leeward(there.path(), &["fmt"], "");
    assert_eq!(broken.status.code(), Some(1));
    assert!(text(&broken.stderr).contains("c.hcl:1"));
    let none = leeward(there.path(), &["fmt", "none.hcl"], "");
    assert!(text(&none.stderr).contains("there is no file or folder none.hcl"));
}

#[test]
fn console_evaluates_lines() {
    let there = folder(GOOD);
    let answer = leeward(there.path(), &["console"], "cluster.c.bootstrap[0]\n\n1 + 1\nexit\nnope\n");
    assert_eq!((answer.status.code(), text(&answer.stdout)), (Some(0), "\"a:9092\"\n2\n".into()));
    let faulty = leeward(there.path(), &["console", "-var=port=1"], "var.port\nvar.prt\n");
    assert_eq!((faulty.status.code(), text(&faulty.stdout)), (Some(1), "\"1\"\n".into()));
    assert!(text(&faulty.stderr).contains("there is a variable \"port\""));
}

#[test]
fn console_knows_the_active_side_from_the_state() {
    let there = folder(
        "cluster \"a\" { bootstrap = [\"a:1\"] }\ncluster \"b\" { bootstrap = [\"b:1\"] }\npair \"p\" {\n  primary   = cluster.a\n  secondary = cluster.b\n}\n",
    );
    let mut state = leeward::state::State::new("lineage".to_owned());
    let pair: leeward::estate::Address = "pair.p".parse().unwrap();
    let role = leeward::state::PairState { active: leeward::estate::Side::Secondary, ..Default::default() };
    state.pairs.insert(pair, role);
    let store = leeward::state::Local::new(there.path().join("leeward.state.json"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(leeward::state::Store::save(&store, &mut state)).unwrap();
    let answer = leeward(there.path(), &["console"], "pair.p.active.name\n");
    assert_eq!(text(&answer.stdout), "\"b\"\n", "{}", text(&answer.stderr));
}
