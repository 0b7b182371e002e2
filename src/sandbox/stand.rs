//! A sandbox that stands: who runs, and what a person does to them.

use super::classes;
use super::component::{Component, Role};
use super::files::{self, FileError, at};
use super::jars::{self, JarError};
use super::layout::{Cluster, Layout, LayoutError};
use super::lock::Lock;
use super::options::OptionsError;
use super::process::{self, Process, State};
use super::start::{Listener, StartError, Starter};
use super::tools::ToolError;
use rustix::process::Signal;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a component may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(10);

pub(super) const VARS_FILE: &str = "estate.vars.hcl";
pub(super) const CLIENT_FILE: &str = "client.properties";

/// A sandbox in a folder. Dropping it stops nothing.
#[derive(Clone)]
pub struct Sandbox {
    dir: PathBuf,
    layout: Layout,
}

/// What a component does now.
#[derive(Debug, Clone)]
pub struct Status {
    /// The component.
    pub component: Component,
    /// Whether it runs.
    pub state: State,
}

/// Why a sandbox can't be raised, changed or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The options can't be met.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// The folder's layout can't be used.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// A program is missing.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// Kafka could not be got.
    #[error(transparent)]
    Jar(#[from] JarError),
    /// A component did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// All ports are in use.
    #[error("no free port is left between 15000 and 32000 on 127.0.0.1 and 127.0.0.2")]
    NoPorts,
    /// Another kind of sandbox stands in the folder.
    #[error(
        "the sandbox in {dir} has {what}; take it down first (leeward sandbox down), or use another --dir"
    )]
    Differs {
        /// The folder.
        dir: PathBuf,
        /// What it has.
        what: &'static str,
    },
    /// No component has this name.
    #[error("there is no component {name:?}; the sandbox has {}", .known.join(", "))]
    Unknown {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// No cluster has this name.
    #[error("there is no cluster {name:?}; the sandbox has {}", .known.join(" and "))]
    UnknownCluster {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// Kafka has no tool of this name, or none that makes sense here.
    #[error("there is no tool {name:?}; there are {}", .known.join(", "))]
    UnknownTool {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A signal has nobody to go to.
    #[error("{0} is not running; start it with leeward sandbox restart {0}")]
    NotRunning(String),
}

impl Sandbox {
    /// The sandbox in this folder, running or not.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let dir = std::path::absolute(dir).map_err(at(dir))?;
        let layout = Layout::load(&dir)?;
        Ok(Self { dir, layout })
    }

    /// The folder that holds it, absolute.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where everything listens, with which names and secrets.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The file with the variables of an estate.
    pub fn vars_file(&self) -> PathBuf {
        self.dir.join(VARS_FILE)
    }

    /// The file with which a Java client logs in, as `--command-config` of Kafka's own tools.
    pub fn client_file(&self) -> PathBuf {
        self.dir.join(CLIENT_FILE)
    }

    /// The cluster of this name.
    pub fn cluster(&self, name: &str) -> Result<&Cluster, Error> {
        self.layout.cluster(name).ok_or_else(|| Error::UnknownCluster {
            name: name.into(),
            known: self.layout.clusters.iter().map(|cluster| cluster.name.clone()).collect(),
        })
    }

    /// The components that a person means by this word: one, all brokers of a cluster, or all of a side.
    pub fn components(&self, word: &str) -> Result<Vec<Component>, Error> {
        named(&self.layout, word)
    }

    /// The same sandbox for clients that log in as the application, which may do only what an ACL grants.
    #[must_use]
    pub fn as_application(&self) -> Self {
        let mut sandbox = self.clone();
        if let Some(sasl) = &mut sandbox.layout.sasl {
            sasl.admin = sasl.application.clone();
        }
        sandbox
    }

    /// What every component does now.
    pub fn status(&self) -> Vec<Status> {
        let status = |component: &Component| Status {
            state: component.process.map_or(State::Stopped, |process| process.state()),
            component: component.clone(),
        };
        self.layout.components.iter().map(status).collect()
    }

    /// Sends a signal to the components that this word means and answers those that it reached; those that a deadly
    /// signal has hit are gone when this returns.
    pub fn signal(&self, word: &str, signal: Signal) -> Result<Vec<Component>, Error> {
        let hit: Vec<Component> = named(&self.layout, word)?
            .into_iter()
            .filter(|component| component.process.is_some_and(|process| process.signal(signal)))
            .collect();
        if hit.is_empty() {
            return Err(Error::NotRunning(word.into()));
        }
        if matches!(signal, Signal::KILL | Signal::TERM) {
            process::await_gone(&processes(&hit), GRACE);
        }
        Ok(hit)
    }

    /// Stops the components that this word means, if they run, and starts them with their ports and data.
    pub fn restart(&mut self, word: &str, listener: Listener<'_>) -> Result<(), Error> {
        let _lock = Lock::acquire(&self.dir)?;
        self.layout = Layout::load(&self.dir)?;
        let meant = named(&self.layout, word)?;
        stop(&meant);
        let jars = jars::folder()?;
        let starter = Starter::new(&self.dir, &jars, self.layout.clone(), listener);
        let outcome = starter.start(|component| meant.iter().any(|other| other.name == component.name));
        self.layout = Layout::load(&self.dir)?;
        Ok(outcome?)
    }

    /// Stops everything and removes the sandbox's files, its logs too unless they are to be kept.
    ///
    /// Files that the sandbox did not make stay, and so does the folder then.
    pub fn down(self, keep_logs: bool) -> Result<(), Error> {
        let _lock = Lock::acquire(&self.dir)?;
        let layout = match Layout::load(&self.dir) {
            // Another command has taken it down meanwhile; its folder may be left, made by the lock.
            Err(LayoutError::Absent(_)) => return Ok(self.remove(&[], keep_logs)?),
            loaded => loaded?,
        };
        let ended = stop(&layout.components);
        classes::keep(&ended, &self.dir, &jars::folder()?)?;
        Ok(self.remove(&layout.components, keep_logs)?)
    }

    fn remove(&self, components: &[Component], keep_logs: bool) -> Result<(), FileError> {
        for component in components {
            files::remove(&component.home(&self.dir))?;
        }
        if !keep_logs {
            files::remove(&self.dir.join("log"))?;
        }
        for file in [self.vars_file(), self.client_file(), Layout::path(&self.dir), self.dir.join("lock")] {
            files::remove(&file)?;
        }
        // Only empty folders go, and `.leeward` only because it is leeward's own.
        if fs::remove_dir(&self.dir).is_ok()
            && let Some(parent) = self.dir.parent().filter(|parent| parent.ends_with(".leeward"))
        {
            let _ = fs::remove_dir(parent);
        }
        Ok(())
    }
}

fn named(layout: &Layout, word: &str) -> Result<Vec<Component>, Error> {
    let meant: Vec<Component> =
        layout.components.iter().filter(|component| component.answers_to(word)).cloned().collect();
    if meant.is_empty() {
        let known = layout.components.iter().map(|component| component.name.clone()).collect();
        return Err(Error::Unknown { name: word.into(), known });
    }
    Ok(meant)
}

/// Stops components, and answers those that ended when asked.
///
/// The brokers come last: a worker whose clusters are gone waits for them before it ends.
fn stop(components: &[Component]) -> Vec<Component> {
    let is_broker = |component: &&Component| matches!(component.role, Role::Broker { .. });
    let (brokers, others): (Vec<_>, Vec<_>) = components.iter().partition(is_broker);
    let mut ended = Vec::new();
    for wave in [others, brokers] {
        let wave: Vec<Component> = wave.into_iter().cloned().collect();
        if process::stop(&processes(&wave), GRACE) {
            ended.extend(wave);
        }
    }
    ended
}

fn processes(components: &[Component]) -> Vec<Process> {
    components.iter().filter_map(|component| component.process).collect()
}
