use super::folder;
use leeward::config::{satisfies, settings};
use leeward::estate::Settings;
use leeward::report::diagnostics::text;

fn read(content: &str) -> Result<Settings, String> {
    settings(folder(&[("a.hcl", content)]).path()).map_err(|diagnostics| text(&diagnostics, false))
}

#[test]
fn the_leeward_block_is_read_without_the_rest() {
    let content = "leeward {\n  required_version = \">= 0.1\"\n  state \"local\" { path = \"s.json\" }\n}\ntopic \"t\" { nope = nope.nope }";
    let settings = read(content).unwrap();
    assert_eq!(settings.state, "s.json");
    assert_eq!(settings.required_version.as_deref(), Some(">= 0.1"));
    assert_eq!(read("topic \"t\" {}").unwrap(), Settings::default());
}

#[test]
fn a_broken_file_without_the_block_does_not_matter() {
    let folder = folder(&[("a.hcl", "leeward {}"), ("b.hcl", "topic {{{")]);
    assert_eq!(settings(folder.path()).unwrap(), Settings::default());
}

#[test]
fn what_the_block_refuses() {
    let cases = [
        ("leeward {\n  required_version = local.v\n}", "must be a literal string"),
        ("leeward {\n  required_version = \"latest\"\n}", "no version constraint"),
        ("leeward {\n  required_version = \"> 99\"\n}", "another version"),
        ("leeward {\n  version = \"1\"\n}", "leeward has no attribute \"version\""),
        ("leeward {\n  backend \"s3\" {}\n}", "leeward has no block \"backend\""),
        ("leeward {\n  state \"s3\" {}\n}", "there is no state \"s3\""),
        ("leeward {\n  state \"local\" {}\n}", "needs \"path\""),
        ("leeward {\n  state \"local\" { path = \"\" }\n}", "this is empty"),
        ("leeward {\n  state \"local\" { file = \"x\" }\n}", "leeward has no attribute \"file\""),
        ("leeward \"x\" {}", "leeward has no label"),
        ("leeward {}\nleeward {}", "there are two leeward blocks"),
        ("leeward {", "a `{` is not closed"),
    ];
    for (content, words) in cases {
        let said = read(content).unwrap_err();
        assert!(said.contains(words), "{content}\nshould say \"{words}\":\n{said}");
    }
}

#[test]
fn a_folder_that_is_none() {
    let none = std::path::Path::new("/none/at/all");
    assert!(text(&settings(none).unwrap_err(), false).contains("/none/at/all cannot be read"));
}

#[test]
fn version_constraints() {
    let cases = [
        ("1.2.3", ">= 1.0", Some(true)),
        ("1.2.3", ">= 1.2.3", Some(true)),
        ("1.2.3", "> 1.2.3", Some(false)),
        ("1.2.3", "< 2, >= 1.2", Some(true)),
        ("1.2.3", "1.2.3", Some(true)),
        ("1.2.3", "= 1.2", Some(false)),
        ("1.2.0", "= 1.2", Some(true)),
        ("1.2.3", "!= 1.2.3", Some(false)),
        ("1.2.3", "<= 1.2", Some(false)),
        ("1.2.3", "~> 1.2", Some(true)),
        ("1.9.0", "~> 1.2", Some(true)),
        ("2.0.0", "~> 1.2", Some(false)),
        ("1.2.9", "~> 1.2.3", Some(true)),
        ("1.3.0", "~> 1.2.3", Some(false)),
        ("1.2.3-dev", ">= 1.2", Some(true)),
        ("1.2.3", "latest", None),
        ("1.2.3", ">> 1", None),
        ("1.2.3", "", None),
        ("1.2.3", ">= 1.x", None),
    ];
    for (version, constraint, expected) in cases {
        assert_eq!(satisfies(version, constraint), expected, "{version} against {constraint:?}");
    }
}
