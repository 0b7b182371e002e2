use super::sample::{address, create, every_sort, plan, step, topic, topic_on};
use leeward::estate::{FieldChange, Object};
use leeward::plan::{Action, Forgotten, Plan, PlanKind};
use leeward::run::{learn_adoptions, learn_plan};
use leeward::state::State;

#[test]
fn what_would_be_adopted_can_be_owned_as_it_is() {
    let field = FieldChange::new("config.retention.ms", Some("1".into()), Some("2".into()));
    let adopt = |to| Action::Adopt { from: topic("1", 1), to, fields: vec![field.clone()], replaces: None };
    let plan = plan(vec![
        step("topic.a", topic_on("hangzhou", "a"), &[], adopt(topic("2", 1))),
        create("topic.a", topic_on("shanghai", "a"), &[], topic("2", 1)),
        step("topic.b", topic_on("hangzhou", "b"), &[], adopt(topic("2", 1))),
    ]);
    let mut state = State::new("lineage");
    assert_eq!(learn_adoptions(&mut state, &plan, &address("topic.a")), [topic_on("hangzhou", "a")]);
    let owned = &state.resources[&address("topic.a")];
    // What it is, not what it has to become: the next plan sees the difference.
    assert_eq!(owned.iter().map(|owned| &owned.last).collect::<Vec<&Object>>(), [&topic("1", 1)]);
    assert_eq!(state.resources.len(), 1);
    assert_eq!(learn_adoptions(&mut state, &plan, &address("topic.c")), []);
}

#[test]
fn a_plan_teaches_what_no_step_says() {
    let mut state = State::new("mine");
    let known = |state: &State| state.resources.keys().map(ToString::to_string).collect::<Vec<_>>();
    learn_plan(&mut state, &every_sort());
    assert_eq!((known(&state), state.pairs.len(), state.outputs.len()), (vec!["topic.seen".into()], 1, 0));
    assert_eq!(
        state.lineage, "lineage",
        "a state that was never written is the one that the plan was made from"
    );
    let gone = Forgotten { address: address("topic.seen"), object: topic_on("hangzhou", "seen") };
    let mut forgetful = Plan { remembered: Vec::new(), forgotten: vec![gone], ..plan(Vec::new()) };
    learn_plan(&mut state, &forgetful);
    assert_eq!((known(&state).len(), state.outputs.len()), (0, 1));
    forgetful.kind = PlanKind::Destroy;
    learn_plan(&mut state, &forgetful);
    assert_eq!(state.outputs.len(), 0, "what was destroyed hands out nothing");
}
