//! Class data sharing: a JVM that finds Kafka's classes ready made starts with 40 % less work.
//!
//! The first broker and the first worker that run on a machine write down their classes when they end
//! (`-XX:ArchiveClassesAtExit`, JEP 350); [`keep`] moves that into the cache, and every later JVM of the kind uses it.
//! An archive fits one Java and one set of jars, which its name says.

use super::component::{Component, Role};
use super::files::{self, FileError, at};
use super::launch::Launch;
use super::tools;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Lets a JVM use the archive of its kind, or write one if it is the one whose task that is.
pub(super) fn share(launch: &mut Launch, component: &Component, jars: &Path) {
    let Some(archive) = archive(component, jars) else { return };
    if archive.is_file() {
        let flag = format!("-XX:SharedArchiveFile={}", archive.display());
        for command in &mut launch.preparation {
            command.insert(1, flag.clone());
        }
        launch.arguments.insert(0, flag);
    } else if is_first(component) {
        launch.arguments.insert(0, format!("-XX:ArchiveClassesAtExit={}", written(&launch.folder).display()));
    }
}

/// Moves what JVMs that ended in order have written, before the sandbox's folder goes.
pub(super) fn keep(components: &[Component], dir: &Path, jars: &Path) -> Result<(), FileError> {
    for component in components {
        let written = written(&component.home(dir));
        if !written.is_file() {
            continue;
        }
        let Some(archive) = archive(component, jars).filter(|archive| !archive.exists()) else { continue };
        let partial = archive.with_extension(format!("{}.part", std::process::id()));
        fs::copy(&written, &partial).map_err(at(&partial))?;
        fs::rename(&partial, &archive).map_err(at(&archive))?;
        files::remove(&written)?;
    }
    Ok(())
}

fn written(home: &Path) -> PathBuf {
    home.join("classes.jsa")
}

fn is_first(component: &Component) -> bool {
    matches!(component.role, Role::Connect { .. } | Role::Broker { node: 1, .. })
}

fn archive(component: &Component, jars: &Path) -> Option<PathBuf> {
    let kind = match component.role {
        Role::Broker { .. } => "broker",
        Role::Connect { .. } => "connect",
        _ => return None,
    };
    let java = Command::new(tools::find("java")?).arg("-version").output().ok()?;
    let digest = Sha256::digest(&java.stderr);
    let short: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    Some(PathBuf::from(format!("{}-{kind}-{short}.jsa", jars.display())))
}
