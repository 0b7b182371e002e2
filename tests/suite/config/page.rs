//! The page of the language names everything that the language has.

use leeward::config::{fields, usages};
use leeward::estate::Kind;

const PAGE: &str = include_str!("../../../docs/language.md");

#[test]
fn every_field_of_every_kind_is_on_the_page() {
    for kind in Kind::ALL {
        let start = PAGE.find(&format!("\n### {kind}\n")).unwrap_or_else(|| panic!("no part for {kind}"));
        let part = PAGE[start + 1..].split("\n#").next().unwrap();
        for field in fields(kind) {
            assert!(part.contains(&format!("`{field}`")), "{kind} says nothing of {field}");
        }
    }
}

#[test]
fn every_function_is_on_the_page() {
    let usages = usages();
    assert!(usages.len() >= 100, "{} functions", usages.len());
    for usage in usages {
        assert!(PAGE.contains(&format!("`{usage}`")), "{usage}");
    }
}

#[test]
fn the_examples_of_the_page_are_hcl_in_normal_layout() {
    for example in PAGE.split("```hcl\n").skip(1) {
        let text = example.split("```").next().unwrap();
        let file = leeward::config::SourceFile::new("docs/language.md", text);
        assert_eq!(leeward::config::format(&file).unwrap(), text);
    }
}
