use super::world::sound;
use leeward::estate::FenceMethod;
use leeward::plan::Severity;
use leeward::policy::{Ignore, ignore};

fn refused(text: &str) -> String {
    text.parse::<Ignore>().unwrap_err().to_string()
}

#[test]
fn a_reason_is_kept_with_the_findings_of_its_code_alone() {
    let mut world = sound();
    world.carry("topic.x", "a-internal");
    world.fence("fence.orders").method = FenceMethod::None;
    let mut findings = world.findings();
    ignore(&mut findings, &["LW1001=moves by hand".parse().unwrap()]);
    let reasons: Vec<_> =
        findings.iter().map(|finding| (finding.code.as_str(), finding.ignored.as_deref())).collect();
    assert_eq!(reasons, [("LW1001", Some("moves by hand")), ("LW1602", None)]);
    assert_eq!(findings[0].severity, Severity::Error);
}

#[test]
fn the_last_word_on_a_code_wins() {
    let mut world = sound();
    world.carry("topic.x", "a-internal");
    let mut findings = world.findings();
    ignore(&mut findings, &["LW1001=one".parse().unwrap(), "lw1001 = two=2 ".parse().unwrap()]);
    assert_eq!(findings[0].ignored.as_deref(), Some("two=2"));
}

#[test]
fn an_ignore_needs_a_code_that_exists_and_a_reason() {
    assert_eq!(refused("LW1001"), r#""LW1001" gives no reason; write it as LW1001="why this may pass""#);
    assert_eq!(refused("LW1001= "), r#""LW1001= " gives no reason; write it as LW1001="why this may pass""#);
    let unknown = r#"no rule has the code "LW101" (is it LW1001?); `leeward explain` lists them all"#;
    assert_eq!(refused("LW101=x"), unknown);
    assert_eq!(refused("x=y"), r#"no rule has the code "x"; `leeward explain` lists them all"#);
}
