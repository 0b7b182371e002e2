//! Files that tell clients of a pair where its active side is.

use super::{Address, Cluster, Side};
use serde_json::json;
use std::fmt::Write as _;

/// A file that says where clients of a pair find its active side. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Where it lies: on the machine that runs leeward; from its working directory, if it is relative.
    pub path: String,
    /// How it is written.
    pub format: EndpointsFormat,
}

/// How a file of endpoints is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointsFormat {
    /// A properties file with `bootstrap.servers`, as Kafka's clients read it.
    Properties,
    /// Variables, named as those that hooks are given.
    Env,
    /// A JSON object with the names that a webhook is sent.
    Json,
}

impl EndpointsFormat {
    /// The format by its word, all of them.
    pub const ALL: [(&'static str, Self); 3] =
        [("properties", Self::Properties), ("env", Self::Env), ("json", Self::Json)];

    /// What the end of a path stands for, if it is a format's word.
    pub fn of_path(path: &str) -> Option<Self> {
        let (_, end) = path.rsplit_once('.')?;
        Self::ALL.into_iter().find(|(word, _)| *word == end).map(|(_, format)| format)
    }
}

impl Endpoints {
    /// What the file holds while a side is active.
    pub fn text(&self, pair: &Address, side: Side, (address, cluster): (&Address, &Cluster)) -> String {
        let Cluster { bootstrap, endpoint, .. } = cluster;
        let brokers = bootstrap.join(",");
        let mut text = String::new();
        // Writing into a text can't fail.
        match self.format {
            EndpointsFormat::Properties => {
                let _ =
                    writeln!(text, "# {address} ({side}) is the active side of {pair}; written by leeward.");
                let _ = writeln!(text, "bootstrap.servers={brokers}");
            }
            EndpointsFormat::Env => {
                let own = [
                    ("PAIR", Some(pair.to_string())),
                    ("SIDE", Some(side.to_string())),
                    ("CLUSTER", Some(address.to_string())),
                    ("BOOTSTRAP", Some(brokers)),
                    ("ENDPOINT", endpoint.clone()),
                ];
                for (name, value) in own.into_iter().filter_map(|(name, value)| Some((name, value?))) {
                    let _ = writeln!(text, "LEEWARD_{name}={}", quoted(&value));
                }
            }
            EndpointsFormat::Json => {
                let mut object = json!({
                    "pair": pair,
                    "side": side,
                    "cluster": address,
                    "bootstrap": bootstrap,
                });
                if let Some(endpoint) = endpoint {
                    object["endpoint"] = json!(endpoint);
                }
                let _ = writeln!(text, "{object:#}");
            }
        }
        text
    }
}

/// A value that a shell and systemd read as it is.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._:,/@-".contains(c);
    if value.chars().all(is_plain) { value.to_owned() } else { format!("'{}'", value.replace('\'', "'\\''")) }
}
