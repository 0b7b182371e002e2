//! The pipelines are YAML, call leeward with flags that it has, and apply only what was planned and seen.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const PIPELINES: [&str; 2] = ["github-actions.yml", "gitlab-ci.yml"];

fn pipeline(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci").join(name);
    serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The texts of a value, wherever they stand.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// The words of each call of leeward.
fn calls(value: &Value) -> Vec<Vec<&str>> {
    let lines = texts(value).into_iter().flat_map(str::lines).map(str::trim);
    let called = lines.filter_map(|line| line.strip_prefix("leeward "));
    called.map(|line| line.split_whitespace().take_while(|word| *word != ">").collect()).collect()
}

fn help(command: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_leeward")).args([command, "--help"]).output().unwrap();
    assert!(output.status.success(), "leeward {command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn each_pipeline_checks_plans_and_applies_the_saved_plan() {
    for name in PIPELINES {
        let pipeline = pipeline(name);
        let calls = calls(&pipeline);
        let does = |words: &[&str]| calls.iter().any(|call| words.iter().all(|word| call.contains(word)));
        for words in [
            &["fmt", "-check"][..],
            &["validate"],
            &["plan", "-out=plan.lw", "-markdown", "-input=false"],
            &["apply", "plan.lw", "-input=false"],
        ] {
            assert!(does(words), "{name} does not call leeward {words:?}: {calls:?}");
        }
        assert!(!does(&["-auto-approve"]), "{name} applies what nobody saw");
    }
}

#[test]
fn each_pipeline_uses_flags_that_leeward_has() {
    for name in PIPELINES {
        for call in calls(&pipeline(name)) {
            let command = call.iter().find(|word| !word.starts_with('-')).unwrap();
            let help = help(command);
            let flags: BTreeSet<&str> = call
                .iter()
                .filter(|word| word.starts_with('-'))
                .map(|word| word.split('=').next().unwrap())
                .collect();
            for flag in flags {
                assert!(help.contains(&format!("-{flag}")), "{name}: leeward {command} has no {flag}");
            }
        }
    }
}

#[test]
fn a_pull_request_never_applies() {
    let github = pipeline("github-actions.yml");
    let condition = github["jobs"]["apply"]["if"].as_str().unwrap();
    assert!(condition.contains("github.event_name == 'push'"), "{condition}");
    assert_eq!(github["jobs"]["apply"]["environment"], "production");
    let gitlab = pipeline("gitlab-ci.yml");
    assert_eq!(gitlab["apply"]["rules"][0]["when"], "manual");
}
