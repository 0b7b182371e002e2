//! Kafka, Connect and MirrorMaker from Maven's central repository, kept in a cache beside all checkouts.

use super::files::{self, FileError, at};
use sha2::{Digest, Sha256};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version of Kafka that a new sandbox runs.
pub(super) const KAFKA_VERSION: &str = "4.3.1";

/// Without this binding every line of log is lost: Kafka's slf4j has none of its own.
const LOG4J_VERSION: &str = "2.25.4";

/// Why Kafka could not be got.
#[derive(Debug, thiserror::Error)]
pub enum JarError {
    /// There is no home to keep it in.
    #[error("no folder to keep Kafka in: set LEEWARD_CACHE, XDG_CACHE_HOME or HOME")]
    NoCache,
    /// Maven failed.
    #[error("Maven could not fetch Kafka {KAFKA_VERSION}; is the repository reachable?\n{0}")]
    Maven(String),
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Where the jars of this version are, or will be once [`fetch`] has got them.
pub(super) fn folder() -> Result<PathBuf, JarError> {
    let digest = Sha256::digest(pom());
    let short: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    Ok(cache()?.join(format!("kafka-{KAFKA_VERSION}-{short}")))
}

/// Gets the jars into `folder`, which appears whole or not at all.
pub(super) fn fetch(folder: &Path) -> Result<(), JarError> {
    let cache = folder.parent().ok_or(JarError::NoCache)?;
    files::folder(cache)?;
    let partial = tempfile::Builder::new().prefix(".kafka-").tempdir_in(cache).map_err(at(cache))?;
    let pom_file = partial.path().join("pom.xml");
    files::write(&pom_file, &pom())?;
    let jars = partial.path().join("jars");
    let output = Command::new("mvn")
        .args(["-q", "-B", "-f"])
        .arg(&pom_file)
        .arg("dependency:copy-dependencies")
        .arg(format!("-DoutputDirectory={}", jars.display()))
        .output()
        .map_err(at(Path::new("mvn")))?;
    if !output.status.success() {
        let text = [output.stdout, output.stderr].concat();
        return Err(JarError::Maven(files::last_lines(&String::from_utf8_lossy(&text), 10)));
    }
    match fs::rename(&jars, folder) {
        // Another process was quicker and got the same.
        Err(_) if folder.is_dir() => Ok(()),
        renamed => Ok(renamed.map_err(at(folder))?),
    }
}

fn cache() -> Result<PathBuf, JarError> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("LEEWARD_CACHE")
        .or_else(|| Some(set("XDG_CACHE_HOME")?.join("leeward")))
        .or_else(|| Some(set("HOME")?.join(".cache/leeward")))
        .ok_or(JarError::NoCache)
}

fn pom() -> String {
    let kafka = ["kafka_2.13", "connect-runtime", "connect-mirror", "kafka-tools"]
        .map(|artifact| dependency("org.apache.kafka", artifact, KAFKA_VERSION))
        .concat();
    let log4j = dependency("org.apache.logging.log4j", "log4j-slf4j-impl", LOG4J_VERSION);
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n\
         \x20 <modelVersion>4.0.0</modelVersion>\n\
         \x20 <groupId>leeward</groupId>\n\
         \x20 <artifactId>sandbox</artifactId>\n\
         \x20 <version>1</version>\n\
         \x20 <packaging>pom</packaging>\n\
         \x20 <dependencies>\n{kafka}{log4j}  </dependencies>\n\
         </project>\n"
    )
}

fn dependency(group: &str, artifact: &str, version: &str) -> String {
    format!(
        "    <dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>\
         <version>{version}</version></dependency>\n"
    )
}
