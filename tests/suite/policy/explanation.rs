use leeward::config::{Inputs, load};
use leeward::policy::{rule, rules};
use std::collections::BTreeSet;

#[test]
fn codes_are_unique_in_order_and_belong_to_a_subject() {
    let codes: Vec<&str> = rules().iter().map(|rule| rule.code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    let subjects: BTreeSet<&str> = codes.iter().map(|code| &code[..4]).collect();
    assert_eq!(subjects, BTreeSet::from(["LW10", "LW11", "LW12", "LW13", "LW14", "LW15", "LW16", "LW17"]));
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

/// What examples refer to, each block by what it declares.
const SURROUNDINGS: [(&str, &str); 10] = [
    ("cluster hangzhou", r#"{ bootstrap = ["hz:9092"], endpoint = "kafka-hz.internal" }"#),
    ("cluster shanghai", r#"{ bootstrap = ["sh:9092"], endpoint = "kafka-sh.internal" }"#),
    ("pair orders", "{ primary = cluster.hangzhou, secondary = cluster.shanghai }"),
    ("topic orders", "{ pair = pair.orders, partitions = 1, replication_factor = 1 }"),
    ("topic refunds", "{ pair = pair.orders, partitions = 1, replication_factor = 1 }"),
    ("application billing", r#"{ groups = ["billing"] }"#),
    ("fence orders", r#"{ pair = pair.orders, method = "none" }"#),
    ("dns main", ""),
    ("replication orders", r#"{ pair = pair.orders, topics = ["x"], groups = [] }"#),
    ("access orders_writers", ""),
];

/// An example with what it refers to, unless it declares that itself.
fn surrounded(example: &str) -> String {
    let body = hcl_edit::parser::parse_body(example).unwrap();
    let own: BTreeSet<String> = body
        .blocks()
        .map(|block| {
            let labels = block.labels.iter().map(|label| label.as_str().to_owned());
            std::iter::once(block.ident.to_string()).chain(labels).collect::<Vec<_>>().join(" ")
        })
        .collect();
    let dns = r#"dns "main" {
  authorities = ["10.0.0.53:53"]
  rfc2136 {
    server     = "10.0.0.53:53"
    key_name   = "leeward."
    key_secret = env("TSIG")
  }
}"#;
    let mut text = example.to_owned();
    for (declared, object) in SURROUNDINGS.iter().filter(|(declared, _)| !own.contains(*declared)) {
        let (kind, name) = declared.split_once(' ').unwrap();
        let body =
            object.trim_start_matches('{').trim_end_matches('}').replace(", ", "\n").replace("= [\n", "= [");
        match *declared {
            "dns main" => text += &format!("\n{dns}\n"),
            _ if object.is_empty() => {}
            _ => text += &format!("\n{kind} \"{name}\" {{\n{body}\n}}\n"),
        }
    }
    text
}

#[test]
fn every_example_is_a_valid_configuration() {
    for rule in rules() {
        let folder = tempfile::tempdir().unwrap();
        let text = surrounded(rule.example);
        std::fs::write(folder.path().join("estate.hcl"), &text).unwrap();
        let env = ["TSIG", "HZ_PASSWORD"]
            .map(|name| (name.to_owned(), "bGVld2FyZC1sZWV3YXJkLWxlZXdhcmQtbGVld2FyZA==".to_owned()));
        let inputs = Inputs { environment: env.into(), ..Inputs::default() };
        if let Err(diagnostics) = load(folder.path(), &inputs) {
            let said: Vec<String> = diagnostics.iter().map(|one| format!("{one:?}")).collect();
            panic!("{}: {said:#?}\n{text}", rule.code);
        }
    }
}

#[test]
fn a_rule_is_found_by_its_code_in_any_case() {
    assert_eq!(rule("lw1001").map(|rule| rule.code), Some("LW1001"));
    assert!(rule("LW9999").is_none());
}
