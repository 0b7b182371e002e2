//! The preview of a failover: one golden for each recipe, and what must be true of all.

use super::failovers::{guarded, planned, reprotect, several, several_dead, signs, unplanned};
use super::fits::faults;
use leeward::estate::Task;
use leeward::plan::{Action, Loss, Plan};
use leeward::report::expected::{Expected, Takes};
use leeward::report::failover::{markdown, mermaid, stops, text_in};
use leeward::report::schema::schema;
use serde_json::Value;

fn seen() -> Loss {
    Loss::Seen { records: 1_320, millis: Some(2_100), age: 134 }
}

/// A side that is taken for dead, and answers.
fn alive(answered: [usize; 2]) -> Plan {
    let mut plan = unplanned(seen());
    plan.failover.as_mut().unwrap().signs = Some(signs(answered));
    plan
}

fn every() -> Vec<(&'static str, Plan)> {
    vec![
        ("planned", planned()),
        ("guarded", guarded()),
        ("unplanned_seen", unplanned(seen())),
        ("unplanned_all_carried", unplanned(Loss::Seen { records: 0, millis: None, age: 3 })),
        ("unplanned_unknown", unplanned(Loss::Unknown { heartbeat_age: Some(134_000) })),
        ("unplanned_alive", alive([14, 3])),
        ("unplanned_partly_alive", alive([9, 0])),
        ("reprotect", reprotect()),
        ("several", several()),
    ]
}

#[test]
fn each_recipe_is_shown_on_80_columns() {
    for (name, plan) in every() {
        insta::assert_snapshot!(name, text_in(&plan, &Expected::default(), 80));
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for (name, plan) in every() {
        for width in [60, 72, 80, 100, 120] {
            let text = text_in(&plan, &Expected::default(), width);
            let wide = text.lines().find(|line| line.chars().count() > width);
            // A table of groups is as wide as its names.
            let wide = wide.filter(|line| !line.contains("exact in") && !line.contains("by checkpoints"));
            assert_eq!(wide, None, "{name} on {width} columns");
        }
    }
}

#[test]
fn markdown_has_the_cost_first_and_the_steps_folded() {
    insta::assert_snapshot!("markdown_guarded", markdown(&guarded(), &Expected::default()));
    let text = markdown(&unplanned(seen()), &Expected::default());
    assert!(text.find("LOST if you go on").unwrap() < text.find("<details>").unwrap(), "{text}");
}

#[test]
fn mermaid_shows_which_wave_waits_for_which() {
    insta::assert_snapshot!("mermaid", mermaid(&unplanned(seen())));
}

#[test]
fn several_pairs_are_shown_wave_by_wave_in_every_form() {
    insta::assert_snapshot!("markdown_several", markdown(&several(), &Expected::default()));
    insta::assert_snapshot!("mermaid_several", mermaid(&several_dead([(); 3].map(|()| seen()))));
}

#[test]
fn machines_are_told_of_a_failover_and_of_each_pair_of_several() {
    let told =
        |plan: &Plan| -> Value { serde_json::to_value(leeward::report::json::document(plan)).unwrap() };
    let schema: Value = serde_json::from_str(&schema("plan-json").unwrap()).unwrap();
    let (one, all) = (told(&planned()), told(&several()));
    for value in [&one, &all] {
        assert_eq!(faults(&schema, value), Vec::<String>::new());
    }
    assert_eq!(one["failover"]["pair"], "pair.orders");
    assert_eq!(
        (&all["failover"], &all["in_waves"]["waves"][1][0]["pair"]),
        (&Value::Null, &"pair.archive".into())
    );
    assert_eq!(all["changes"].as_array().unwrap().last().unwrap()["wave"], 39);
}

#[test]
fn what_several_pairs_lose_is_told_together() {
    let line = |losses: [Loss; 3]| -> String {
        text_in(&several_dead(losses), &Expected::default(), 120).lines().nth(1).unwrap().to_owned()
    };
    let none = || Loss::Seen { records: 0, millis: None, age: 3 };
    let unknown = || Loss::Unknown { heartbeat_age: None };
    assert_eq!(
        line([seen(), none(), seen()]),
        "LOST if you go on: 2,640 records of all pairs together; each says below what that rests on."
    );
    assert_eq!(
        line([seen(), unknown(), none()]),
        "LOST if you go on: 1,320 records, and what is not known of payments."
    );
    assert_eq!(
        line([none(), none(), none()]),
        "Nothing is known to be lost; each pair says below what that rests on."
    );
}

#[test]
fn a_wave_begins_once_the_names_of_the_one_before_are_seen() {
    let plan = several();
    let expected = Expected::default();
    let of_pair = |at: usize| expected.length_of(&plan, plan.failovers().nth(at).unwrap());
    let (all, first, third) = (expected.length(&plan), of_pair(0), of_pair(2));
    assert_eq!(first, third);
    assert_eq!(all.open, Some(first.open.unwrap() + third.open.unwrap()));
}

#[test]
fn a_guard_that_is_overridden_stops_nothing() {
    let plan = guarded();
    assert_eq!(stops(&plan).iter().map(|guard| guard.name.as_str()).collect::<Vec<_>>(), ["groups"]);
    assert_eq!(
        stops(&several()).iter().map(|guard| guard.name.as_str()).collect::<Vec<_>>(),
        ["orders/groups"]
    );
}

#[test]
fn what_goes_on_side_by_side_counts_once() {
    let plan = planned();
    let length = Expected::default().length(&plan);
    let sum: i64 = plan.steps.iter().map(|step| Expected::default().of(step).millis).sum();
    assert!(length.total < sum, "{length:?} of {sum}");
    // From the stop of applications to the last name; what comes behind does not keep anybody from writing.
    let closed = length.closed.unwrap();
    assert!(closed > 5_000 && closed < length.total - 30_000, "{length:?}");
    assert_eq!(Expected::default().length(&reprotect()).closed, None);
}

#[test]
fn a_person_takes_no_time_that_could_be_foretold() {
    let plan = planned();
    let approve = plan.steps.iter().find(|step| matches!(step.action, Action::Task(Task::Approve { .. })));
    let Takes { millis, .. } = Expected::default().of(approve.unwrap());
    assert_eq!(millis, 0);
}
