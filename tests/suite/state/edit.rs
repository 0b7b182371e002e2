use super::sample;
use leeward::estate::Address;
use leeward::state::{EditError, State};

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn names(state: &State) -> Vec<String> {
    state.resources.keys().map(ToString::to_string).collect()
}

#[test]
fn a_resource_moves_with_all_its_objects() {
    let mut state = sample();
    let before = state.resources[&address("topic.orders")].clone();
    let moved = state.move_resource(&address("topic.orders"), &address("module.eu.topic.orders")).unwrap();
    assert_eq!(moved, [(address("topic.orders"), address("module.eu.topic.orders"))]);
    assert_eq!(state.resources[&address("module.eu.topic.orders")], before);
    assert!(!state.resources.contains_key(&address("topic.orders")));
}

#[test]
fn a_block_moves_with_all_its_instances() {
    let mut state = sample();
    state.move_resource(&address("topic.many"), &address("topic.few")).unwrap();
    assert_eq!(names(&state), ["topic.few[\"a\"]", "topic.few[\"b\"]", "topic.orders"]);
}

#[test]
fn an_instance_may_get_another_key() {
    let mut state = sample();
    state.move_resource(&address("topic.many[\"a\"]"), &address("topic.many[\"c\"]")).unwrap();
    assert_eq!(names(&state), ["topic.many[\"b\"]", "topic.many[\"c\"]", "topic.orders"]);
}

#[test]
fn starts_move_with_their_replication() {
    let mut state = sample();
    state.resources.insert(address("replication.orders"), Vec::new());
    state.move_resource(&address("replication.orders"), &address("replication.all")).unwrap();
    assert_eq!(state.starts.keys().collect::<Vec<_>>(), [&address("replication.all")]);
}

#[test]
fn what_cannot_move_says_why_and_nothing_changes() {
    let cases = [
        ("topic.order", "topic.x", "the state has nothing at topic.order; there is topic.orders"),
        ("topic.quite_another", "topic.x", "the state has nothing at topic.quite_another"),
        ("topic.orders", "topic.many[\"a\"]", "the state has topic.many[\"a\"] already"),
        (
            "topic.orders",
            "access.orders",
            "topic.orders can't become access.orders: they are of different kinds",
        ),
    ];
    for (from, to, message) in cases {
        let mut state = sample();
        let error = state.move_resource(&address(from), &address(to)).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(state, sample());
    }
}

#[test]
fn a_removed_block_is_forgotten_with_its_instances() {
    let mut state = sample();
    let removed = state.remove_resource(&address("topic.many")).unwrap();
    assert_eq!(removed.iter().map(|(_, owned)| owned.len()).collect::<Vec<_>>(), [2, 2]);
    assert_eq!(names(&state), ["topic.orders"]);
    assert!(matches!(state.remove_resource(&address("topic.many")), Err(EditError::Missing { .. })));
}

#[test]
fn only_a_later_state_of_the_same_estate_may_replace_one() {
    let present = sample();
    let with = |lineage: &str, serial| State { lineage: lineage.into(), serial, ..sample() };
    assert_eq!(with("1c5e", 7).may_replace(&present), Ok(()));
    assert_eq!(with("1c5e", 8).may_replace(&present), Ok(()));
    assert!(matches!(with("1c5e", 6).may_replace(&present), Err(EditError::Older { pushed: 6, present: 7 })));
    assert!(matches!(with("other", 9).may_replace(&present), Err(EditError::Lineage { .. })));
}
