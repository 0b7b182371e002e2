//! What is made from the code and kept beside it: schemas, the page of findings. With `LEEWARD_UPDATE=1` the tests
//! write it anew.

use leeward::report::{explanation, schema};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn kept(path: &Path, made: &str) {
    if std::env::var_os("LEEWARD_UPDATE").is_some_and(|value| value == "1") {
        fs::write(path, made).unwrap();
    }
    let kept = fs::read_to_string(path).unwrap_or_default();
    let shown = path.strip_prefix(root()).unwrap().display().to_string();
    assert!(
        kept == made,
        "{shown} is not what the code says; write it anew with LEEWARD_UPDATE=1 cargo test reference"
    );
}

#[test]
fn each_schema_is_as_its_type_says() {
    for name in schema::names() {
        kept(&root().join(format!("schemas/{name}.json")), &schema::schema(name).unwrap());
    }
}

#[test]
fn no_schema_is_kept_of_what_is_not_written() {
    let files = fs::read_dir(root().join("schemas")).unwrap();
    let stems: BTreeSet<String> =
        files.map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(stems, schema::names().map(str::to_owned).collect());
}

#[test]
fn a_schema_names_its_dialect_and_its_fields() {
    let plan: serde_json::Value = serde_json::from_str(&schema::schema("plan").unwrap()).unwrap();
    assert_eq!(plan["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(plan["properties"]["steps"].is_object() && plan["$defs"]["Step"].is_object());
    assert!(schema::schema("nothing").is_none());
}

#[test]
fn the_page_of_findings_is_as_the_rules_say() {
    kept(&root().join("docs/findings.md"), &explanation::page());
}
