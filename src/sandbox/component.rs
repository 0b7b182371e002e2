//! A component: one server process of a sandbox.

use super::layout::{Cluster, Layout};
use super::process::Process;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// A server process, running or not.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Component {
    /// What a person calls it, like `kafka-hangzhou`.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// The ports it listens on, the one for clients first.
    pub ports: Vec<u16>,
    /// Where its output goes.
    pub log: PathBuf,
    /// The program and its arguments, once it was started.
    #[serde(default)]
    pub command: Vec<String>,
    /// Its last process, which may be gone.
    #[serde(default)]
    pub process: Option<Process>,
}

/// What a component is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A broker and controller of a cluster.
    Broker {
        /// The cluster's name.
        cluster: String,
        /// Its `node.id`.
        node: u8,
    },
    /// The Connect worker beside a cluster.
    Connect {
        /// The cluster's name.
        cluster: String,
    },
    /// The zone's primary.
    Bind,
    /// The zone's secondary.
    Knot,
    /// The authority with an HTTP API.
    Powerdns,
    /// The caching resolver.
    Unbound,
}

impl Component {
    /// The folder that holds its files.
    pub fn home(&self, dir: &Path) -> PathBuf {
        dir.join(&self.name)
    }

    /// Whether a person who types this word means the component: its name, `kafka-CLUSTER` for all brokers of a
    /// cluster, or the cluster's name for everything of that side.
    pub fn answers_to(&self, word: &str) -> bool {
        let of_side = match &self.role {
            Role::Broker { cluster, .. } => word == cluster || word == format!("kafka-{cluster}"),
            Role::Connect { cluster } => word == cluster,
            _ => false,
        };
        of_side || word == self.name
    }
}

/// The components of a layout whose other parts are drawn, none of them running.
pub(super) fn roster(layout: &Layout, dir: &Path) -> Vec<Component> {
    let zone = &layout.zone;
    let mut roles: Vec<(String, Role, Vec<u16>)> =
        layout.clusters.iter().flat_map(|cluster| brokers(cluster).chain([worker(cluster)])).collect();
    roles.push(("bind".into(), Role::Bind, vec![zone.primary.port()]));
    roles.push(("knot".into(), Role::Knot, vec![zone.secondary.port()]));
    if let Some(powerdns) = &layout.powerdns {
        roles.push(("powerdns".into(), Role::Powerdns, vec![powerdns.address.port(), powerdns.api_port]));
    }
    if let Some(unbound) = layout.unbound {
        roles.push(("unbound".into(), Role::Unbound, vec![unbound.port()]));
    }
    roles
        .into_iter()
        .map(|(name, role, ports)| Component {
            log: dir.join("log").join(format!("{name}.log")),
            name,
            role,
            ports,
            command: Vec::new(),
            process: None,
        })
        .collect()
}

fn brokers(cluster: &Cluster) -> impl Iterator<Item = (String, Role, Vec<u16>)> + '_ {
    cluster.nodes.iter().map(|node| {
        let name = match cluster.nodes.len() {
            1 => format!("kafka-{}", cluster.name),
            _ => format!("kafka-{}-{}", cluster.name, node.id),
        };
        let role = Role::Broker { cluster: cluster.name.clone(), node: node.id };
        (name, role, vec![node.port, node.controller_port])
    })
}

fn worker(cluster: &Cluster) -> (String, Role, Vec<u16>) {
    let role = Role::Connect { cluster: cluster.name.clone() };
    (format!("connect-{}", cluster.name), role, vec![cluster.connect_port])
}
