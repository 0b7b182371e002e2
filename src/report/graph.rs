//! The dependency graph as DOT (Graphviz) and as Mermaid (Markdown).
//!
//! An arrow leads from a resource to one that depends on it, as a change and a failover travel.

use crate::estate::{Address, Graph, Kind};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What of a graph is shown.
#[derive(Debug)]
pub struct Drawing<'a> {
    nodes: BTreeMap<&'a Address, usize>,
    edges: Vec<(&'a Address, &'a Address)>,
}

impl<'a> Drawing<'a> {
    /// All of it.
    pub fn whole(graph: &'a Graph) -> Self {
        Self::of(graph, |_| true)
    }

    /// What a resource depends on, the resource, and what depends on it.
    pub fn around(graph: &'a Graph, address: &Address) -> Self {
        let near: BTreeSet<Address> =
            graph.requirements([address]).into_iter().chain(graph.followers([address])).collect();
        Self::of(graph, |address| near.contains(address))
    }

    fn of(graph: &'a Graph, shown: impl Fn(&Address) -> bool) -> Self {
        let nodes: BTreeMap<&Address, usize> =
            graph.addresses().filter(|address| shown(address)).enumerate().map(|(n, at)| (at, n)).collect();
        let both = |(from, to): &(&Address, &Address)| nodes.contains_key(from) && nodes.contains_key(to);
        let edges = graph.edges().into_iter().filter(both).collect();
        Self { nodes, edges }
    }

    /// As a DOT digraph; each module is a cluster of its own.
    pub fn dot(&self) -> String {
        let mut text =
            String::from("digraph estate {\n  rankdir = \"LR\"\n  node [fontname = \"sans-serif\"]\n");
        for (number, (module, nodes)) in self.modules().into_iter().enumerate() {
            let indent = if module.is_empty() { "  " } else { "    " };
            if !module.is_empty() {
                let _ = writeln!(text, "  subgraph cluster_{number} {{\n    label = {}", quoted(&module));
            }
            for address in nodes {
                let shape = dot_shape(address.kind);
                let _ = writeln!(text, "{indent}{} [shape = {shape}]", quoted(&address.to_string()));
            }
            if !module.is_empty() {
                text.push_str("  }\n");
            }
        }
        for (from, to) in &self.edges {
            let _ = writeln!(text, "  {} -> {}", quoted(&from.to_string()), quoted(&to.to_string()));
        }
        text.push_str("}\n");
        text
    }

    /// As a Mermaid flowchart; each module is a subgraph.
    pub fn mermaid(&self) -> String {
        let mut text = String::from("flowchart LR\n");
        for (number, (module, nodes)) in self.modules().into_iter().enumerate() {
            let indent = if module.is_empty() { "  " } else { "    " };
            if !module.is_empty() {
                let _ = writeln!(text, "  subgraph m{number}[\"{}\"]", entities(&module));
            }
            for address in nodes {
                let (open, close) = mermaid_shape(address.kind);
                let (id, label) = (self.nodes[address], entities(&address.to_string()));
                let _ = writeln!(text, "{indent}n{id}{open}\"{label}\"{close}");
            }
            if !module.is_empty() {
                text.push_str("  end\n");
            }
        }
        for (from, to) in &self.edges {
            let _ = writeln!(text, "  n{} --> n{}", self.nodes[from], self.nodes[to]);
        }
        text
    }

    /// The resources by the module that they stand in; the root module first, without a name.
    fn modules(&self) -> BTreeMap<String, Vec<&'a Address>> {
        let mut modules: BTreeMap<String, Vec<&Address>> = BTreeMap::new();
        for address in self.nodes.keys() {
            let key = |key: &crate::estate::Key| key.to_string();
            let calls = address.module.iter();
            let names = calls.map(|call| {
                format!("module.{}{}", call.name, call.key.as_ref().map_or_else(String::new, key))
            });
            modules.entry(names.collect::<Vec<_>>().join(".")).or_default().push(address);
        }
        modules
    }
}

const fn dot_shape(kind: Kind) -> &'static str {
    match kind {
        Kind::Cluster => "cylinder",
        Kind::Pair => "diamond",
        Kind::Connect | Kind::Dns => "component",
        Kind::Replication => "cds",
        Kind::Topic
        | Kind::Access
        | Kind::DnsRecord
        | Kind::Application
        | Kind::Fence
        | Kind::FailoverPolicy => "box",
    }
}

const fn mermaid_shape(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Cluster => ("[(", ")]"),
        Kind::Pair => ("{", "}"),
        Kind::Connect | Kind::Dns => ("[[", "]]"),
        Kind::Replication => (">", "]"),
        Kind::Topic
        | Kind::Access
        | Kind::DnsRecord
        | Kind::Application
        | Kind::Fence
        | Kind::FailoverPolicy => ("[", "]"),
    }
}

/// A DOT string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Mermaid has its own entities for what would end a label.
fn entities(text: &str) -> String {
    text.replace('#', "#35;").replace('"', "#quot;")
}
