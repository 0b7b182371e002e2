//! Plans as JSON.

use super::stories;
use leeward::report::json;
use serde_json::Value;

fn parsed(plan: &leeward::plan::Plan) -> Value {
    serde_json::from_str(&json::plan(plan).unwrap()).unwrap()
}

#[test]
fn chosen_stories_have_their_goldens() {
    let chosen =
        ["drift", "made_anew", "refused", "removed", "findings", "denied", "no_changes", "dead_side"];
    for (name, plan) in stories::all().into_iter().filter(|(name, _)| chosen.contains(name)) {
        let version = format!("\"leeward_version\": \"{}\"", env!("CARGO_PKG_VERSION"));
        let text = json::plan(&plan).unwrap();
        assert!(text.contains(&version));
        insta::assert_snapshot!(name, text.replace(&version, "\"leeward_version\": \"[version]\""));
    }
}

#[test]
fn every_step_is_a_change_with_words_that_fit_its_ends() {
    for (name, plan) in stories::all() {
        let document = parsed(&plan);
        let changes = document["changes"].as_array().unwrap();
        assert_eq!(changes.len(), plan.steps.len(), "{name}");
        for change in changes {
            let (before, after) = (!change["before"].is_null(), !change["after"].is_null());
            let actions = change["actions"].to_string();
            let expected = match actions.as_str() {
                r#"["create"]"# => (false, true),
                r#"["delete"]"# => (true, false),
                r#"["forget"]"# | r#"["task"]"# => (false, false),
                _ => (true, true),
            };
            assert_eq!((before, after), expected, "{name}: {change}");
            assert_eq!(actions == r#"["task"]"#, change.get("task").is_some(), "{name}: {change}");
        }
    }
}

#[test]
fn the_summary_is_that_of_the_text() {
    for (_, plan) in stories::all() {
        let document = parsed(&plan);
        let text = leeward::report::text::plan_in(&plan, &Default::default(), 120);
        let add = document["summary"]["add"].as_u64().unwrap();
        assert!(text.contains(&format!("Plan: {add} to add")) || text.contains("No changes."), "{text}");
        assert_eq!(document["applicable"], plan.is_applicable());
        assert_eq!(document["complete"], plan.deferred.is_empty());
    }
}

#[test]
fn a_plan_of_many_is_whole() {
    assert_eq!(parsed(&stories::many(2_000))["changes"].as_array().unwrap().len(), 4_000);
}
