use leeward::estate::{Address, Application, Declared, Estate, Graph, Lifecycle, Position, Resource};
use leeward::report::graph::Drawing;

/// An estate of which only names and references matter.
fn estate(edges: &[(&str, &[&str])]) -> Estate {
    let mut estate = Estate::default();
    for (at, after) in edges {
        let declared = Declared {
            address: at.parse().unwrap(),
            position: Position::default(),
            after: after.iter().map(|text| text.parse().unwrap()).collect(),
            lifecycle: Lifecycle::default(),
            resource: Resource::Application(Application {
                groups: Vec::new(),
                stop: None,
                start: None,
                drill: None,
            }),
        };
        estate.resources.insert(declared.address.clone(), declared);
    }
    estate
}

fn sample() -> Graph {
    Graph::of(&estate(&[
        ("cluster.hz", &[]),
        ("cluster.sh", &[]),
        ("connect.sh", &["cluster.sh"]),
        ("pair.orders", &["cluster.hz", "cluster.sh"]),
        ("replication.orders", &["pair.orders", "module.eu[\"a\"].topic.t[\"x#1\"]"]),
        ("module.eu[\"a\"].topic.t[\"x#1\"]", &["pair.orders"]),
        ("dns.main", &[]),
    ]))
}

#[test]
fn dot_has_a_cluster_for_each_module() {
    let graph = sample();
    insta::assert_snapshot!(Drawing::whole(&graph).dot());
}

#[test]
fn mermaid_has_a_subgraph_for_each_module() {
    let graph = sample();
    insta::assert_snapshot!(Drawing::whole(&graph).mermaid());
}

#[test]
fn around_a_resource_is_what_it_needs_and_what_follows() {
    let graph = sample();
    let around: Address = "pair.orders".parse().unwrap();
    let text = Drawing::around(&graph, &around).mermaid();
    assert!(text.contains("cluster.hz") && text.contains("replication.orders"), "{text}");
    assert!(!text.contains("connect.sh") && !text.contains("dns.main"), "{text}");
}

#[test]
fn an_empty_estate_is_an_empty_drawing() {
    let graph = Graph::of(&Estate::default());
    assert_eq!(Drawing::whole(&graph).mermaid(), "flowchart LR\n");
    assert!(Drawing::whole(&graph).dot().ends_with("}\n"));
}

#[test]
fn what_would_end_a_string_is_escaped() {
    let graph = Graph::of(&estate(&[(r#"topic.t["a\"b\\c"]"#, &[])]));
    let dot = Drawing::whole(&graph).dot();
    assert!(dot.contains(r#""topic.t[\"a\\\"b\\\\c\"]""#), "{dot}");
    let mermaid = Drawing::whole(&graph).mermaid();
    let label = mermaid.lines().nth(1).unwrap();
    assert_eq!(label.matches('"').count(), 2, "{label}");
}
