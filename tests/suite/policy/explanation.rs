use leeward::policy::{rule, rules};
use std::collections::BTreeSet;

#[test]
fn codes_are_unique_in_order_and_belong_to_a_subject() {
    let codes: Vec<&str> = rules().iter().map(|rule| rule.code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    let subjects: BTreeSet<&str> = codes.iter().map(|code| &code[..4]).collect();
    assert_eq!(subjects, BTreeSet::from(["LW10", "LW11", "LW12", "LW13", "LW14", "LW15", "LW16"]));
    assert!(codes.iter().all(|code| code.len() == 6 && code[2..].parse::<u16>().is_ok()));
}

#[test]
fn each_rule_stands_in_a_file_of_its_code() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/policy/rules");
    let files =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let codes: BTreeSet<String> =
        files.filter(|name| name != "mod.rs").map(|name| name[..6].to_ascii_uppercase()).collect();
    assert_eq!(codes, rules().iter().map(|rule| rule.code.to_owned()).collect());
}

#[test]
fn every_explanation_is_whole() {
    for rule in rules() {
        for (part, text) in [("what", rule.what), ("why", rule.why), ("fix", rule.fix)] {
            assert!(text.len() > 20 && text.ends_with('.'), "{} {part}: {text}", rule.code);
            assert!(!text.contains("  "), "{} {part} has a run of blanks: {text}", rule.code);
        }
        assert!(!rule.source.is_empty() && !rule.source.contains("  "), "{}", rule.code);
        assert!(rule.title.len() <= 66, "{} {}", rule.code, rule.title);
        assert!(!rule.title.ends_with('.'), "{}", rule.code);
    }
}

#[test]
fn every_example_is_hcl() {
    for rule in rules() {
        let parsed = hcl_edit::parser::parse_body(rule.example);
        assert!(parsed.is_ok_and(|body| !body.is_empty()), "{}: {}", rule.code, rule.example);
    }
}

#[test]
fn a_rule_is_found_by_its_code_in_any_case() {
    assert_eq!(rule("lw1001").map(|rule| rule.code), Some("LW1001"));
    assert!(rule("LW9999").is_none());
}
