//! What leeward writes fits the schemas that it publishes.

use super::{fits::faults, stories};
use leeward::plan::to_bytes;
use leeward::report::{json, schema::schema};
use serde_json::{Value, json};

fn published(name: &str) -> Value {
    serde_json::from_str(&schema(name).unwrap()).unwrap()
}

#[test]
fn plans_as_json_fit_their_schema() {
    let schema = published("plan-json");
    for (name, plan) in stories::all() {
        let document = serde_json::from_str(&json::plan(&plan).unwrap()).unwrap();
        assert_eq!(faults(&schema, &document), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn saved_plans_fit_their_schema() {
    let schema = published("plan");
    for (name, plan) in stories::all() {
        let saved = serde_json::from_slice(&to_bytes(&plan)).unwrap();
        assert_eq!(faults(&schema, &saved), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn findings_and_states_fit_their_schemas() {
    let (_, plan) = stories::all().into_iter().find(|(name, _)| *name == "findings").unwrap();
    assert_eq!(faults(&published("findings"), &json!(plan.findings)), Vec::<String>::new());
    let state = crate::plan::sample::Sample::whole().applied().state;
    assert_eq!(faults(&published("state"), &json!(state)), Vec::<String>::new());
}

#[test]
fn what_does_not_fit_is_found() {
    let schema = published("plan-json");
    let (_, plan) = stories::all().remove(0);
    let mut document = json!(json::document(&plan));
    document["summary"]["add"] = json!("five");
    document["surprise"] = json!(1);
    document.as_object_mut().unwrap().remove("complete");
    assert_eq!(faults(&schema, &document).len(), 3, "{:#?}", faults(&schema, &document));
}
