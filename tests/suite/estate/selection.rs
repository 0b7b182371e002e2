use leeward::estate::{Selection, Selector};
use proptest::prelude::*;

fn selection(selectors: &[&str]) -> Selection {
    let selectors: Vec<Selector> = selectors.iter().map(|text| Selector((*text).to_owned())).collect();
    Selection::new(&selectors)
}

#[test]
fn names_and_patterns_cover_what_mirror_maker_would_take() {
    let table: [(&[&str], &str, bool); 9] = [
        (&["orders"], "orders", true),
        (&["orders"], "orders2", false),
        (&["orders.v1"], "orders.v1", true),
        // A plain name is sent escaped, so that its dot is a dot.
        (&["orders.v1"], "ordersxv1", false),
        (&["orders\\.v1"], "orders.v1", true),
        (&["payments\\..*"], "payments.card", true),
        (&["payments\\..*"], "payments", false),
        (&["a|b"], "b", true),
        (&[], "orders", false),
    ];
    for (selectors, name, covered) in table {
        assert_eq!(selection(selectors).covers(name), covered, "{selectors:?} {name}");
    }
}

#[test]
fn a_pattern_that_only_java_reads_covers_nothing_and_is_named() {
    let selection = selection(&["(?!x).*", "orders"]);
    assert_eq!(selection.unreadable(), ["(?!x).*"]);
    assert!(selection.covers("orders") && !selection.covers("y"));
}

#[test]
fn a_comma_list_is_read_as_mirror_maker_reads_it() {
    let selection = Selection::of_list(" orders, payments\\..* ,");
    assert_eq!(selection.names().iter().collect::<Vec<_>>(), ["orders"]);
    assert!(selection.has_patterns() && selection.covers("payments.card"));
    assert!(selection.covers_by_pattern("payments.card") && !selection.covers_by_pattern("orders"));
}

#[test]
fn a_hundred_thousand_names_are_not_too_many() {
    let names: Vec<Selector> =
        (0..100_000).map(|n| Selector(format!("a.long.enough.topic.name.{n}"))).collect();
    let selection = Selection::new(&names);
    assert!(names.iter().all(|name| selection.covers(&name.0)));
}

proptest! {
    #[test]
    fn any_text_is_a_selector(text in ".{0,20}", name in "[a-z.]{1,8}") {
        let selection = selection(&[&text]);
        prop_assert!(!selection.covers(&name) || selection.unreadable().is_empty());
    }
}
