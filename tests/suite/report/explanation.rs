use leeward::config::Code;
use leeward::policy::rules;
use leeward::report::explanation;

#[test]
fn each_rule_is_explained() {
    for rule in rules() {
        let name = format!("explain_{}", rule.code.to_lowercase());
        insta::assert_snapshot!(name, explanation::of_rule(rule));
    }
}

#[test]
fn the_list_names_every_code_once() {
    let listing = explanation::listing();
    let codes = rules().iter().map(|rule| rule.code).chain(Code::ALL.iter().map(|code| code.text()));
    for code in codes {
        assert_eq!(listing.lines().filter(|line| line.trim_start().starts_with(code)).count(), 1, "{code}");
    }
}

#[test]
fn an_explanation_fits_a_terminal() {
    let all = rules().iter().map(|rule| explanation::of_rule(rule));
    for text in all.chain(Code::ALL.iter().map(|code| explanation::of_code(*code))) {
        for line in text.lines().take_while(|line| *line != "Example") {
            assert!(line.chars().count() <= 96 && !line.ends_with(' '), "{line:?}");
        }
        assert!(text.ends_with('\n'));
    }
}
