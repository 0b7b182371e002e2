//! `leeward sandbox`: two real Kafka clusters, Connect and DNS on this machine.

mod progress;
mod records;
mod watch;

use super::Failure;
use crate::sandbox::{Error, Extra, Options, Sandbox as Stand};
use progress::Progress;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Raises and handles two real Kafka clusters, Connect and DNS on this machine.
///
/// Everything listens on loopback, on free ports, and keeps its files in one folder. A component is called what
/// `status` shows; `kafka-hangzhou` also means all brokers of that cluster, and `hangzhou` its brokers and its Connect.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  leeward sandbox up\n  leeward sandbox kill hangzhou\n  leeward sandbox down"
)]
pub struct Sandbox {
    /// The folder that holds the sandbox.
    #[arg(long, global = true, default_value = ".leeward/sandbox", value_name = "DIR")]
    dir: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Up(Up),
    Status(watch::Status),
    Logs(watch::Logs),
    Kill(watch::Kill),
    Restart(Restart),
    Down(Down),
    Produce(records::Produce),
    Consume(records::Consume),
    Kafka(records::Kafka),
}

impl Sandbox {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let dir = self.dir;
        match self.command {
            Command::Up(command) => command.run(dir),
            Command::Status(command) => command.run(&dir),
            Command::Logs(command) => command.run(&dir),
            Command::Kill(command) => command.run(&dir),
            Command::Restart(command) => command.run(&dir),
            Command::Down(command) => command.run(&dir),
            Command::Produce(command) => command.run(&dir),
            Command::Consume(command) => command.run(&dir),
            Command::Kafka(command) => command.run(&dir),
        }
    }
}

/// Raises the sandbox, or what is missing of it, and waits until all of it is ready.
///
/// What stands keeps its ports, data and processes. Java 17, BIND and Knot are installed if they are missing, where
/// leeward is root and has apt; Kafka comes from Maven's central repository into a cache.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward sandbox up --sasl --with powerdns")]
struct Up {
    /// Brokers in each cluster, each in a rack of its own: 1 or 3.
    #[arg(long, value_name = "N")]
    brokers: Option<u8>,
    /// Lets clients log in with SCRAM-SHA-512, and an authorizer decide what they may do.
    #[arg(long)]
    sasl: bool,
    /// Adds a component: powerdns or unbound.
    #[arg(long, value_name = "COMPONENT", value_delimiter = ',')]
    with: Vec<Extra>,
    /// The names of the two clusters, the usual primary first; without it hangzhou and shanghai.
    #[arg(long, value_name = "A,B", value_parser = names)]
    clusters: Option<Names>,
    /// The largest heap of one JVM; 10,000 topics want 1g.
    #[arg(long, value_name = "SIZE")]
    heap: Option<String>,
}

impl Up {
    fn run(self, dir: PathBuf) -> Result<ExitCode, Failure> {
        let mut options = Options::new(dir);
        options.clusters = self.clusters.map(|names| names.0);
        options.brokers = self.brokers;
        options.sasl = self.sasl;
        options.with = self.with;
        options.heap = self.heap;
        let progress = Progress::new();
        let sandbox = crate::sandbox::up(&options, &|notice| progress.show(notice))?;
        progress.done("the sandbox is up");
        print!("\n{}", summary(&sandbox));
        Ok(ExitCode::SUCCESS)
    }
}

/// The names of two clusters.
#[derive(Debug, Clone)]
struct Names([String; 2]);

fn names(text: &str) -> Result<Names, String> {
    let (one, other) = text.split_once(',').ok_or("name two clusters, with a comma between them")?;
    Ok(Names([one.into(), other.into()]))
}

/// What runs where and what to do with it.
fn summary(sandbox: &Stand) -> String {
    let layout = sandbox.layout();
    let mut rows = Vec::new();
    for cluster in &layout.clusters {
        rows.push((format!("kafka-{}", cluster.name), cluster.bootstrap().join(",")));
        rows.push((format!("connect-{}", cluster.name), cluster.connect_url()));
    }
    let zone = &layout.zone;
    rows.push(("bind".into(), format!("{}  {} primary, key {}", zone.primary, zone.name, zone.key.name)));
    rows.push(("knot".into(), format!("{}  {} secondary", zone.secondary, zone.name)));
    if let Some(powerdns) = &layout.powerdns {
        let text = format!("{}  {}, API {}", powerdns.address, powerdns.zone, powerdns.api_url());
        rows.push(("powerdns".into(), text));
    }
    if let Some(unbound) = layout.unbound {
        rows.push(("unbound".into(), format!("{unbound}  resolver")));
    }
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (name, place) in rows {
        // Writing to a string can't fail.
        let _ = writeln!(text, "  {name:width$}  {place}");
    }
    if layout.sasl.is_some() {
        text.push_str(
            "\n  Clients log in with SCRAM-SHA-512; names and passwords are among the variables.\n",
        );
    }
    let _ = writeln!(text, "\nVariables for an estate: {}", shown(&sandbox.vars_file()));
    text.push_str("To stop all of it:       leeward sandbox down\n");
    text
}

/// A path as a person at this prompt would type it.
fn shown(path: &std::path::Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}

/// Stops components, if they run, and starts them again with their ports and data.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward sandbox restart kafka-hangzhou")]
struct Restart {
    /// The components.
    #[arg(required = true, value_name = "COMPONENT")]
    components: Vec<String>,
}

impl Restart {
    fn run(self, dir: &std::path::Path) -> Result<ExitCode, Failure> {
        let mut sandbox = Stand::open(dir)?;
        let progress = Progress::new();
        for component in &self.components {
            sandbox.restart(component, &|notice| progress.show(notice))?;
        }
        progress.done(&format!("{} restarted", self.components.join(", ")));
        Ok(ExitCode::SUCCESS)
    }
}

/// Stops everything and removes the sandbox's files.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward sandbox down --keep-logs")]
struct Down {
    /// Leaves the logs in DIR/log.
    #[arg(long)]
    keep_logs: bool,
}

impl Down {
    fn run(self, dir: &std::path::Path) -> Result<ExitCode, Failure> {
        let sandbox = match Stand::open(dir) {
            Err(Error::Layout(absent @ crate::sandbox::LayoutError::Absent(_))) => {
                println!("Nothing to stop: {absent}.");
                return Ok(ExitCode::SUCCESS);
            }
            opened => opened?,
        };
        let progress = Progress::new();
        progress.wait("stopping");
        sandbox.down(self.keep_logs)?;
        progress.done("the sandbox is down");
        Ok(ExitCode::SUCCESS)
    }
}
