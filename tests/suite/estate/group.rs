use leeward::estate::{Comparison, FieldChange, Group, Object};
use std::collections::BTreeMap;

fn group(positions: &[(&str, i32, i64)]) -> Object {
    let mut group = Group { members: 3, positions: BTreeMap::new() };
    for (topic, partition, position) in positions {
        group.positions.entry((*topic).to_owned()).or_default().insert(*partition, *position);
    }
    Object::Group(group)
}

#[test]
fn groups_differ_by_partition() {
    let observed = group(&[("a", 0, 1), ("a", 1, 5), ("b", 0, 2)]);
    assert_eq!(observed.compare(&observed), Comparison::Same);
    let desired = group(&[("a", 0, 1), ("a", 1, 7), ("c", 0, 0)]);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        desired.compare(&observed),
        Comparison::Update(vec![
            FieldChange::new("a-1", some("5"), some("7")),
            FieldChange::new("b-0", some("2"), None),
            FieldChange::new("c-0", None, some("0")),
        ])
    );
}

#[test]
fn who_reads_with_a_group_is_no_difference() {
    let Object::Group(read) = group(&[("a", 0, 1)]) else { unreachable!() };
    let idle = Group { members: 0, ..read.clone() };
    assert_eq!(Object::Group(idle).compare(&Object::Group(read)), Comparison::Same);
}
