//! Which process this is, and whether another one still lives.

use serde::{Deserialize, Serialize};
use std::fs;

/// A process, told apart from any other that gets the same number later or elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// When it started, in clock ticks since the machine did (proc(5), `starttime`); absent where the operating
    /// system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<u64>,
    /// Names one run of one kernel (random(4), `boot_id`): the same only on the same machine, until it restarts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot: Option<String>,
    /// Names the world in which the number means something (`pid_namespaces(7)`): containers of one machine
    /// have their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

impl Process {
    /// This process.
    pub fn this() -> Self {
        let pid = std::process::id();
        Self { pid, started: living(pid), boot: boot(), namespace: namespace() }
    }

    /// Whether it is known to be dead. A process that can't be judged from here is not.
    pub fn is_dead(&self) -> bool {
        let judged = self.started.is_some()
            && self.boot.is_some()
            && self.boot == boot()
            && self.namespace.is_some()
            && self.namespace == namespace();
        judged && living(self.pid) != self.started
    }
}

/// When the process of that number started, if there is one that is not merely waited for.
fn living(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field, the name in parentheses, may hold spaces and parentheses of its own.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?;
    (!matches!(state, "Z" | "X")).then(|| fields.nth(18)?.parse().ok()).flatten()
}

fn boot() -> Option<String> {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned())
}

fn namespace() -> Option<String> {
    Some(fs::read_link("/proc/self/ns/pid").ok()?.to_string_lossy().into_owned())
}

/// `user@host`, as far as the environment and the system tell.
pub fn who() -> String {
    let user = variable("USER").or_else(|| variable("LOGNAME")).or_else(account);
    format!("{}@{}", user.as_deref().unwrap_or("unknown"), host())
}

/// This machine's name; `unknown` where nothing tells it.
pub fn host() -> String {
    let file = |path: &str| fs::read_to_string(path).ok().map(|text| text.trim().to_owned());
    let host = file("/proc/sys/kernel/hostname").or_else(|| file("/etc/hostname"));
    host.or_else(|| variable("HOSTNAME")).unwrap_or_else(|| "unknown".to_owned())
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The name of the account that this process runs under, where its number is all that is known: passwd(5).
fn account() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let number =
        status.lines().find_map(|line| line.strip_prefix("Uid:"))?.split_ascii_whitespace().next()?;
    let accounts = fs::read_to_string("/etc/passwd").ok()?;
    let mut rows = accounts.lines().map(|row| row.split(':').collect::<Vec<_>>());
    rows.find(|row| row.get(2) == Some(&number)).and_then(|row| row.first().map(|name| (*name).to_owned()))
}
