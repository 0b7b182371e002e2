//! The dependency graph of an estate.

use super::{Address, Estate, Kind};
use petgraph::algo::{tarjan_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet};

/// What comes after what: an edge leads from a resource to one that depends on it.
#[derive(Debug, Clone)]
pub struct Graph {
    graph: DiGraph<Address, ()>,
    index: BTreeMap<Address, NodeIndex>,
}

/// Resources that depend on each other: the path that closes the circle, its first address again at its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("these depend on each other: {}", path.iter().map(ToString::to_string).collect::<Vec<_>>().join(" → "))]
pub struct Cycle {
    /// The path.
    pub path: Vec<Address>,
}

impl Graph {
    /// The graph of an estate: references and `depends_on`. What is not declared is left out.
    pub fn of(estate: &Estate) -> Self {
        let mut graph = DiGraph::with_capacity(estate.resources.len(), estate.resources.len() * 2);
        let index: BTreeMap<Address, NodeIndex> = estate
            .resources
            .keys()
            .map(|address| (address.clone(), graph.add_node(address.clone())))
            .collect();
        for declared in estate.resources.values() {
            let to = index[&declared.address];
            // Not `update_edge`, which looks through all that follows a pair once for each of its followers.
            let after: BTreeSet<NodeIndex> =
                declared.after.iter().filter_map(|address| index.get(address)).copied().collect();
            for from in after {
                graph.add_edge(from, to, ());
            }
        }
        Self { graph, index }
    }

    /// The addresses so that each comes after what it depends on.
    ///
    /// # Errors
    ///
    /// A [`Cycle`], if there is none such order.
    pub fn order(&self) -> Result<Vec<Address>, Cycle> {
        match toposort(&self.graph, None) {
            Ok(nodes) => Ok(nodes.into_iter().map(|node| self.graph[node].clone()).collect()),
            Err(_) => Err(self.cycle()),
        }
    }

    /// Everything that `addresses` depend on, directly or not, themselves included.
    pub fn requirements<'a>(&self, addresses: impl IntoIterator<Item = &'a Address>) -> Vec<Address> {
        self.reach(addresses, petgraph::Direction::Incoming)
    }

    /// Everything that depends on `addresses`, directly or not, themselves included: what follows a pair.
    pub fn followers<'a>(&self, addresses: impl IntoIterator<Item = &'a Address>) -> Vec<Address> {
        self.reach(addresses, petgraph::Direction::Outgoing)
    }

    /// All edges, from a resource to one that depends on it, in the order of their addresses.
    pub fn edges(&self) -> Vec<(&Address, &Address)> {
        let mut edges: Vec<_> = self
            .graph
            .edge_references()
            .map(|edge| (&self.graph[edge.source()], &self.graph[edge.target()]))
            .collect();
        edges.sort();
        edges
    }

    /// All addresses of a kind.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.index.keys()
    }

    fn reach<'a>(
        &self,
        addresses: impl IntoIterator<Item = &'a Address>,
        direction: petgraph::Direction,
    ) -> Vec<Address> {
        let mut seen = vec![false; self.graph.node_count()];
        let mut stack: Vec<NodeIndex> =
            addresses.into_iter().filter_map(|address| self.index.get(address)).copied().collect();
        while let Some(node) = stack.pop() {
            if !std::mem::replace(&mut seen[node.index()], true) {
                stack.extend(self.graph.neighbors_directed(node, direction));
            }
        }
        let mut reached: Vec<Address> = (self.graph.node_indices())
            .filter(|node| seen[node.index()])
            .map(|node| self.graph[node].clone())
            .collect();
        reached.sort();
        reached
    }

    /// Walks inside one strongly connected component until an address comes again.
    fn cycle(&self) -> Cycle {
        let looped = tarjan_scc(&self.graph)
            .into_iter()
            .find(|nodes| nodes.len() > 1 || self.graph.contains_edge(nodes[0], nodes[0]))
            .unwrap_or_default();
        let mut path: Vec<NodeIndex> = Vec::new();
        let mut next = looped.iter().min_by_key(|node| &self.graph[**node]).copied();
        while let Some(node) = next {
            if let Some(from) = path.iter().position(|seen| *seen == node) {
                path.drain(..from);
                path.push(node);
                break;
            }
            path.push(node);
            next =
                self.graph.neighbors(node).filter(|to| looped.contains(to)).min_by_key(|to| &self.graph[*to]);
        }
        Cycle { path: path.into_iter().map(|node| self.graph[node].clone()).collect() }
    }
}

impl Kind {
    /// Whether a resource of this kind is a place: something through which objects are reached.
    pub const fn is_place(self) -> bool {
        matches!(self, Self::Cluster | Self::Connect | Self::Dns)
    }
}
