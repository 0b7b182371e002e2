//! What it takes to start a component: its files, what runs once before, and the command.

use super::component::{Component, Role};
use super::files::{self, FileError};
use super::layout::Layout;
use super::{bind, connect, kafka, knot, powerdns, unbound};
use std::path::{Path, PathBuf};

/// The folder a process runs in, by a name that is always short: a socket's path holds at most 107 bytes (unix(7)), and a
/// checkout may lie deep.
pub(super) const HERE: &str = "/proc/self/cwd";

/// All that starting a component needs, as data.
#[derive(Clone)]
pub struct Launch {
    /// The program's name or path.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// What is added to its environment.
    pub environment: Vec<(String, String)>,
    /// The folder it runs in, which holds its files.
    pub folder: PathBuf,
    /// Its configuration, by file name in `folder`: written anew before every start.
    pub configuration: Vec<(String, String)>,
    /// Its first data, by file name in `folder/data`: written once, the server's own from then on.
    pub data: Vec<(String, String)>,
    /// Commands that run once, before the first start.
    pub preparation: Vec<Vec<String>>,
}

/// How a component of a layout is started; `dir` is the sandbox's folder, `jars` holds Kafka.
pub fn launch(layout: &Layout, component: &Component, dir: &Path, jars: &Path) -> Option<Launch> {
    let home = component.home(dir);
    match &component.role {
        Role::Broker { cluster, node } => {
            let cluster = layout.cluster(cluster)?;
            kafka::launch(layout, cluster, cluster.nodes.iter().find(|n| n.id == *node)?, home, jars)
        }
        Role::Connect { cluster } => Some(connect::launch(layout, layout.cluster(cluster)?, home, jars)),
        Role::Bind => Some(bind::launch(layout, home)),
        Role::Knot => Some(knot::launch(layout, home)),
        Role::Powerdns => Some(powerdns::launch(layout.powerdns.as_ref()?, &layout.zone, home)),
        Role::Unbound => Some(unbound::launch(layout, layout.unbound?, home)),
    }
}

impl Launch {
    /// A launch of this program in this folder, without anything else yet.
    pub(super) fn new(program: &str, folder: PathBuf) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            folder,
            configuration: Vec::new(),
            data: Vec::new(),
            preparation: Vec::new(),
        }
    }

    /// The program and its arguments, as `status` shows them.
    pub(super) fn command(&self) -> Vec<String> {
        let program = self.program.to_string_lossy().into_owned();
        [program].into_iter().chain(self.arguments.iter().cloned()).collect()
    }

    /// Whether the first data is whole: a preparation that was cut off starts again from nothing.
    pub(super) fn is_prepared(&self) -> bool {
        self.marker().exists()
    }

    /// Notes that the first data is whole.
    pub(super) fn mark_prepared(&self) -> Result<(), FileError> {
        files::write(&self.marker(), "")
    }

    /// Writes the files that a start needs.
    pub(super) fn write(&self) -> Result<(), FileError> {
        let data = self.folder.join("data");
        if !self.is_prepared() {
            files::remove(&data)?;
        }
        files::folder(&data)?;
        for (name, text) in &self.configuration {
            files::write(&self.folder.join(name), text)?;
        }
        for (name, text) in &self.data {
            files::write_once(&data.join(name), text)?;
        }
        Ok(())
    }

    fn marker(&self) -> PathBuf {
        self.folder.join("prepared")
    }
}

/// Makes the arguments of a command from what reads best where it is written.
pub(super) fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}
