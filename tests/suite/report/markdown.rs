//! Plans as Markdown.

use super::stories;
use leeward::plan::{Finding, Severity};
use leeward::report::markdown::plan as shown;

#[test]
fn each_story_has_its_golden() {
    for (name, plan) in stories::all() {
        let file = (name == "drift").then_some("plan.lw");
        insta::assert_snapshot!(name, shown(&plan, file));
    }
}

#[test]
fn a_comment_is_never_too_long_and_says_what_it_leaves_out() {
    let mut plan = stories::many(3_000);
    let finding = Finding {
        code: "LW1001".into(),
        severity: Severity::Warning,
        address: None,
        position: None,
        message: "m".repeat(200),
        help: None,
        ignored: None,
    };
    plan.set_findings(vec![finding; 500]);
    let text = shown(&plan, Some("plan.lw"));
    assert!(text.chars().count() <= 60_000, "{}", text.chars().count());
    assert!(text.contains("… and 2,900 more resources."), "{text}");
    assert!(text.contains("- … and 465 more"), "{text}");
    assert!(text.ends_with("`leeward apply plan.lw`</sub>\n"), "{text}");
}

#[test]
fn a_long_whole_plan_is_cut_at_a_line() {
    let mut plan = stories::many(30);
    for step in &mut plan.steps {
        step.reason = Some("because ".repeat(400));
    }
    let text = shown(&plan, None);
    assert!(text.chars().count() <= 60_000, "{}", text.chars().count());
    assert!(text.contains("left out: the plan is longer than a comment may be."), "{text}");
}

#[test]
fn nothing_of_the_plan_is_taken_for_markup() {
    let (_, mut plan) = stories::all().into_iter().find(|(name, _)| *name == "drift").unwrap();
    let message = "</details> <img src=x> | a `b` *c* ``` d".to_owned();
    let finding = Finding {
        code: "LW1001".into(),
        severity: Severity::Error,
        address: None,
        position: None,
        message: message.clone(),
        help: None,
        ignored: None,
    };
    plan.set_findings(vec![finding]);
    let text = shown(&plan, None);
    let list = text.lines().find(|line| line.contains("LW1001")).unwrap();
    assert!(!list.contains('<') && !list.contains(" *c*"), "{list}");
    let fences: Vec<&str> = text.lines().filter(|line| line.starts_with("```")).collect();
    assert_eq!(fences, ["````", "````"]);
}
