//! Plans as text.

use super::stories;
use leeward::plan::Plan;
use leeward::report::text::{View, plan_in};
use std::time::Duration;

fn shown(plan: &Plan, width: usize) -> String {
    let view = View { read: Some(Duration::from_millis(320)), objects: 1004 };
    anstream::adapter::strip_str(&plan_in(plan, &view, width)).to_string()
}

#[test]
fn each_story_has_its_golden() {
    for (name, plan) in stories::all() {
        insta::assert_snapshot!(name, shown(&plan, 120));
    }
}

#[test]
fn a_narrow_terminal_breaks_sentences_between_words() {
    let (_, plan) = stories::all().into_iter().find(|(name, _)| *name == "findings").unwrap();
    insta::assert_snapshot!("narrow", shown(&plan, 64));
}

#[test]
fn many_creates_stay_readable() {
    let text = shown(&stories::many(2_000), 120);
    assert!(text.lines().count() < 80, "{} lines", text.lines().count());
    assert!(text.contains("  + … 1,990 more topics to add, up to topic.t01999"), "{text}");
    assert!(text.contains("Plan: 2,000 to add, 0 to change, 0 to destroy."), "{text}");
}

#[test]
fn a_dead_side_is_said_once_however_many_topics_it_has() {
    insta::assert_snapshot!("many_dead", shown(&stories::many_dead(500), 120));
}

#[test]
fn colours_only_repeat_what_a_sign_says() {
    let (_, plan) = stories::all().remove(0);
    let text = plan_in(&plan, &View::default(), 120);
    assert!(text.contains("\u{1b}[32m+\u{1b}[0m topic.orders"), "{text}");
    assert!(!anstream::adapter::strip_str(&text).to_string().contains('\u{1b}'));
}

#[test]
fn an_unread_world_is_not_said_to_have_been_read() {
    let (_, plan) = stories::all().remove(0);
    assert!(!plan_in(&plan, &View::default(), 120).contains(" read in "));
}
