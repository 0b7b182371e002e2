//! The programs that a sandbox runs: found, or installed where that is possible.

use super::files::{self, FileError, at};
use super::options::Extra;
use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Java that runs Kafka 4's brokers.
const JAVA: u32 = 17;

/// Why a program is missing.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// Programs are missing and leeward may not install them.
    #[error("the sandbox needs {}, which this machine lacks; install them: {command}", .programs.join(", "))]
    Missing {
        /// The programs.
        programs: Vec<String>,
        /// What a person can type.
        command: String,
    },
    /// The installation failed.
    #[error("`{command}` failed:\n{output}")]
    Install {
        /// The command.
        command: String,
        /// Its last lines.
        output: String,
    },
    /// A file or program could not be used.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A program and the Debian packages it comes from, the best first.
struct Tool {
    program: &'static str,
    packages: &'static [&'static str],
}

const JAVA_TOOL: Tool =
    Tool { program: "java", packages: &["openjdk-17-jre-headless", "openjdk-21-jre-headless"] };
const MAVEN: Tool = Tool { program: "mvn", packages: &["maven"] };
const BIND: Tool = Tool { program: "named", packages: &["bind9"] };
const KNOT: Tool = Tool { program: "knotd", packages: &["knot"] };
const POWERDNS: [Tool; 4] = [
    Tool { program: "pdns_server", packages: &["pdns-server"] },
    Tool { program: "pdnsutil", packages: &["pdns-server", "pdns-tools"] },
    Tool { program: "sqlite3", packages: &["sqlite3"] },
    Tool { program: SQLITE_SCHEMA, packages: &["pdns-backend-sqlite3"] },
];
const SQLITE_SCHEMA: &str = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql";
const UNBOUND: Tool = Tool { program: "unbound", packages: &["unbound"] };

/// The packages that a sandbox with these extras still needs on this machine; Maven only while the jars are missing.
pub(super) fn missing(extras: &[Extra], has_jars: bool) -> Vec<String> {
    let mut wanted = vec![JAVA_TOOL, BIND, KNOT];
    if !has_jars {
        wanted.push(MAVEN);
    }
    if extras.contains(&Extra::Powerdns) {
        wanted.extend(POWERDNS);
    }
    if extras.contains(&Extra::Unbound) {
        wanted.push(UNBOUND);
    }
    let mut packages: Vec<String> =
        wanted.iter().filter(|tool| !is_there(tool)).map(|tool| available(tool.packages)).collect();
    packages.dedup();
    packages
}

/// Says what a person has to install, unless leeward can: as root on Debian and its kin.
pub(super) fn check_install(packages: &[String]) -> Result<(), ToolError> {
    if rustix::process::geteuid().is_root() && find("apt-get").is_some() {
        return Ok(());
    }
    let command = format!("sudo apt-get install {}", packages.join(" "));
    Err(ToolError::Missing { programs: packages.to_vec(), command })
}

/// Installs packages with apt.
pub(super) fn install(packages: &[String]) -> Result<(), ToolError> {
    let _guard = NoServices::put()?;
    apt(&["update"])?;
    let install = ["install", "-y", "--no-install-recommends"];
    apt(&[&install[..], &packages.iter().map(String::as_str).collect::<Vec<_>>()].concat())
}

/// The program's path: from `PATH`, or from where Debian keeps servers.
pub(super) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let servers = ["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from);
    env::split_paths(&path).chain(servers).map(|folder| folder.join(program)).find(|path| path.is_file())
}

fn is_there(tool: &Tool) -> bool {
    match find(tool.program) {
        Some(java) if tool.program == "java" => java_version(&java).is_some_and(|version| version >= JAVA),
        found => found.is_some(),
    }
}

fn java_version(java: &Path) -> Option<u32> {
    let output = Command::new(java).arg("-version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let version = text.split('"').nth(1)?;
    version.split(['.', '-']).next()?.parse().ok()
}

/// The first package that this distribution has, or simply the first when apt can't say.
fn available(packages: &[&str]) -> String {
    let known = |package: &&&str| {
        let output = Command::new("apt-cache").args(["show", "--no-all-versions", package]).output();
        output.is_ok_and(|output| output.status.success())
    };
    packages.iter().find(known).or(packages.first()).map(ToString::to_string).unwrap_or_default()
}

fn apt(arguments: &[&str]) -> Result<(), ToolError> {
    let output = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .output()
        .map_err(at(Path::new("apt-get")))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let output = files::last_lines(&text, 10);
    Err(ToolError::Install { command: format!("apt-get {}", arguments.join(" ")), output })
}

/// Keeps apt from starting the services that it installs (they would take ports 53 and 953), as long as it lives.
///
/// Where an administrator has a `policy-rc.d` already, that one stands.
struct NoServices {
    ours: Option<PathBuf>,
}

impl NoServices {
    fn put() -> Result<Self, FileError> {
        let path = PathBuf::from("/usr/sbin/policy-rc.d");
        if path.exists() {
            return Ok(Self { ours: None });
        }
        files::write(&path, "#!/bin/sh\nexit 101\n")?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).map_err(at(&path))?;
        Ok(Self { ours: Some(path) })
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if let Some(path) = &self.ours {
            // Nothing is left to do about a file that can't be removed.
            let _ = files::remove(path);
        }
    }
}
