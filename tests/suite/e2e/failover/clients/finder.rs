//! How clients find the cluster that they belong on.

use leeward::sandbox::Sandbox;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

/// Who finds the cluster that clients belong on.
#[derive(Clone)]
pub struct Finder {
    sandbox: Arc<Sandbox>,
    way: Way,
}

#[derive(Clone)]
enum Way {
    /// What a DNS name leads to.
    Name(String),
    /// The brokers that stand in a file of properties.
    File(PathBuf),
}

impl Finder {
    /// By a DNS name.
    pub fn new(sandbox: &Arc<Sandbox>, name: String) -> Self {
        Self { sandbox: Arc::clone(sandbox), way: Way::Name(name) }
    }

    /// By the brokers that stand in a file of properties.
    pub fn of_file(sandbox: &Arc<Sandbox>, file: PathBuf) -> Self {
        Self { sandbox: Arc::clone(sandbox), way: Way::File(file) }
    }

    /// Where the clusters are.
    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// What each authority answers; the cluster whose brokers stand in the file.
    pub fn answers(&self) -> Vec<String> {
        match &self.way {
            Way::Name(name) => {
                let authorities = self.sandbox.layout().zone.authorities();
                authorities.iter().map(|authority| ask(authority, name)).collect()
            }
            Way::File(file) => {
                let text = std::fs::read_to_string(file).unwrap_or_default();
                let brokers = text.lines().find_map(|line| line.strip_prefix("bootstrap.servers="));
                let clusters = self.sandbox.layout().clusters.iter();
                let named = clusters.filter(|cluster| Some(&*cluster.bootstrap().join(",")) == brokers);
                named.map(|cluster| cluster.name.clone()).collect()
            }
        }
    }

    /// The cluster that clients are led to, by the first answer that knows it.
    pub fn cluster(&self) -> Option<String> {
        self.answers().iter().find_map(|answer| {
            ["hangzhou", "shanghai"].into_iter().find(|name| answer.contains(name)).map(ToOwned::to_owned)
        })
    }
}

fn ask(authority: &SocketAddr, name: &str) -> String {
    let (host, port) = (format!("@{}", authority.ip()), authority.port().to_string());
    let arguments = ["+short", "+time=1", "+tries=1", "-p", &port, &host, name, "CNAME"];
    let answer = Command::new("dig").args(arguments).output().unwrap();
    String::from_utf8_lossy(&answer.stdout).trim().to_owned()
}
