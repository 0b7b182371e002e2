use super::sample::{address, declare, estate, pair};
use leeward::estate::{Estate, Graph, Resource, Side};
use proptest::prelude::*;

fn texts(addresses: &[leeward::estate::Address]) -> Vec<String> {
    addresses.iter().map(ToString::to_string).collect()
}

#[test]
fn each_comes_after_what_it_needs() {
    let estate = estate(Side::Primary);
    let order = Graph::of(&estate).order().unwrap();
    for declared in estate.resources.values() {
        let at = |address| order.iter().position(|other| other == address).unwrap();
        assert!(declared.after.iter().all(|needed| at(needed) < at(&declared.address)));
    }
}

#[test]
fn what_follows_a_pair_is_found() {
    let graph = Graph::of(&estate(Side::Primary));
    assert_eq!(
        texts(&graph.followers([&address("pair.orders")])),
        ["pair.orders", "topic.orders", "topic.payments"]
    );
    assert_eq!(
        texts(&graph.requirements([&address("topic.orders")])),
        ["cluster.hangzhou", "cluster.shanghai", "pair.orders", "topic.orders"]
    );
    assert_eq!(graph.followers([&address("topic.unknown")]), []);
}

#[test]
fn a_cycle_is_the_path_that_closes_it() {
    let mut estate = Estate::default();
    for (at, after) in
        [("pair.a", "pair.c"), ("pair.b", "pair.a"), ("pair.c", "pair.b"), ("pair.d", "pair.a")]
    {
        declare(&mut estate, at, &[after], Resource::Pair(pair(Side::Primary)));
    }
    let cycle = Graph::of(&estate).order().unwrap_err();
    assert_eq!(cycle.to_string(), "these depend on each other: pair.a → pair.b → pair.c → pair.a");
}

#[test]
fn what_depends_on_itself_is_a_cycle() {
    let mut estate = Estate::default();
    declare(&mut estate, "pair.a", &["pair.a"], Resource::Pair(pair(Side::Primary)));
    assert_eq!(texts(&Graph::of(&estate).order().unwrap_err().path), ["pair.a", "pair.a"]);
}

proptest! {
    #[test]
    fn an_order_or_a_real_cycle(edges in proptest::collection::vec((0..8usize, 0..8usize), 0..20)) {
        let mut estate = Estate::default();
        for node in 0..8 {
            let after: Vec<String> =
                edges.iter().filter(|(_, to)| *to == node).map(|(from, _)| format!("pair.p{from}")).collect();
            let after: Vec<&str> = after.iter().map(String::as_str).collect();
            declare(&mut estate, &format!("pair.p{node}"), &after, Resource::Pair(pair(Side::Primary)));
        }
        let graph = Graph::of(&estate);
        match graph.order() {
            Ok(order) => prop_assert_eq!(order.len(), 8),
            Err(cycle) => {
                prop_assert!(cycle.path.len() >= 2 && cycle.path.first() == cycle.path.last());
                let known = graph.edges();
                prop_assert!(cycle.path.windows(2).all(|step| known.contains(&(&step[0], &step[1]))));
            }
        }
    }
}
