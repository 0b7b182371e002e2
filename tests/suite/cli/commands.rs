//! Commands that need no world, run as a program.

use leeward::estate::Side;
use leeward::state::{Local, PairState, State, Store};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const ESTATE: &str = r#"
cluster "hangzhou" { bootstrap = ["hz:9092"] }
cluster "shanghai" { bootstrap = ["sh:9092"] }
pair "orders" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
}
topic "orders" {
  pair               = pair.orders
  partitions         = 6
  replication_factor = 3
}
"#;

fn leeward(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_leeward"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = leeward(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn complained(folder: &Path, arguments: &[&str]) -> String {
    let output = leeward(folder, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn estate(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("estate.hcl"), text).unwrap();
    folder
}

#[test]
fn explain_knows_findings_and_faults() {
    let here = Path::new(".");
    assert!(
        said(here, &["explain"]).contains("LW1001  error    topic name ends with .internal or -internal")
    );
    assert!(said(here, &["explain", "lw1001"]).starts_with("LW1001  error: topic name ends with"));
    assert!(said(here, &["explain", "LW0107"]).starts_with("LW0107  error: the configuration is not valid"));
    let expected =
        "error: no finding and no error has the code \"LW9\"\nhelp: leeward explain lists them all\n";
    assert_eq!(complained(here, &["explain", "LW9"]), expected);
}

#[test]
fn explain_answers_json() {
    let parsed = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_str(&said(Path::new("."), arguments)).unwrap()
    };
    assert_eq!(parsed(&["explain", "-json"])[0]["code"], "LW1001");
    assert_eq!(parsed(&["explain", "-json", "LW1204"])["severity"], "warning");
    assert_eq!(parsed(&["explain", "-json", "LW0107"])["code"], "LW0107");
}

#[test]
fn graph_draws_the_configuration() {
    let folder = estate(ESTATE);
    let dot = said(folder.path(), &["graph"]);
    assert!(dot.contains("\"pair.orders\" -> \"topic.orders\""), "{dot}");
    let mermaid = said(folder.path(), &["graph", "-type=mermaid", "-around=cluster.hangzhou"]);
    assert!(mermaid.contains("pair.orders") && !mermaid.contains("shanghai"), "{mermaid}");
    let expected = "error: topic.other is not declared\n";
    assert_eq!(complained(folder.path(), &["graph", "-around", "topic.other"]), expected);
}

#[test]
fn graph_draws_what_is_declared_for_the_side_that_is_active() {
    let folder = estate(&format!(
        "{ESTATE}\napplication \"dr\" {{\n  count  = pair.orders.active.name == \"shanghai\" ? 1 : 0\n  \
         groups = [\"dr\"]\n}}\n"
    ));
    assert!(!said(folder.path(), &["graph"]).contains("application.dr"));
    let mut state = State::new("lineage");
    state.pairs.insert(
        "pair.orders".parse().unwrap(),
        PairState { active: Side::Secondary, ..PairState::default() },
    );
    let store = Local::new(folder.path().join("leeward.state.json"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(store.save(&mut state)).unwrap();
    assert!(said(folder.path(), &["graph"]).contains("application.dr[0]"));
}

#[test]
fn a_cycle_is_shown_as_the_path_that_closes_it() {
    let folder = estate(
        r#"
application "a" {
  groups     = ["a"]
  depends_on = [application.b]
}
application "b" {
  groups     = ["b"]
  depends_on = [application.c]
}
application "c" {
  groups     = ["c"]
  depends_on = [application.a]
}
"#,
    );
    let said = complained(folder.path(), &["graph"]);
    let path = "application.a → application.c → application.b → application.a";
    assert!(said.contains(path) && said.contains("LW0112"), "{said}");
}

#[test]
fn completions_know_commands_and_flags() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = said(Path::new("."), &["completions", shell]);
        assert!(script.contains("explain") && script.contains("chdir"), "{shell}");
    }
}

#[test]
fn man_writes_a_page_for_each_command() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    said(folder.path(), &["man", "man1"]);
    let main = fs::read_to_string(pages.join("leeward.1")).unwrap();
    assert!(main.contains("disaster recovery") || main.contains("Disaster recovery"), "{main}");
    assert!(fs::read_to_string(pages.join("leeward-graph.1")).unwrap().contains("Graphviz"));
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(complained(folder.path(), &["man", "file"]).starts_with("error: file: "));
}

#[test]
fn schema_lists_and_prints() {
    let here = Path::new(".");
    assert!(said(here, &["schema"]).lines().any(|name| name == "plan"));
    assert!(said(here, &["schema", "state"]).starts_with("{\n"));
    assert!(complained(here, &["schema", "x"]).contains("help: there are findings, "));
}

#[test]
fn every_command_has_an_example_in_its_help() {
    let here = Path::new(".");
    let help = said(here, &["--help"]);
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // What is indented further goes on with the line before.
    let named = commands.filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')));
    let names: Vec<&str> = named.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 5, "{help}");
    for name in names {
        assert!(said(here, &[name, "--help"]).contains("Example"), "{name} has no example");
    }
}
