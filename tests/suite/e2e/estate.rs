//! An estate in a folder of its own, on the shared sandbox.

use super::{leeward, leeward_ok, unique};
use leeward::sandbox::Sandbox;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

/// A folder with an estate whose every name is its own: the clusters' blocks too, since their labels are
/// MirrorMaker's aliases and so part of the names of its internal topics.
pub struct Estate {
    folder: TempDir,
    /// Makes names unique.
    pub tag: String,
}

/// The places of the sandbox under names of this estate's own: `hz…`, `sh…`, `main`.
const PLACES: &str = r#"
variable "hangzhou_bootstrap" { type = list(string) }
variable "hangzhou_connect" { type = string }
variable "shanghai_bootstrap" { type = list(string) }
variable "shanghai_connect" { type = string }
variable "dns_zone" { type = string }
variable "dns_server" { type = string }
variable "dns_authorities" { type = list(string) }
variable "dns_key_name" { type = string }
variable "dns_key_secret" {
  type      = string
  sensitive = true
}

cluster "hzTAG" {
  bootstrap = var.hangzhou_bootstrap
  endpoint  = "kafka-hangzhou.example.test."
  timeout   = "5s"
}

cluster "shTAG" {
  bootstrap = var.shanghai_bootstrap
  endpoint  = "kafka-shanghai.example.test."
  timeout   = "5s"
}

connect "hzTAG" {
  url     = var.hangzhou_connect
  cluster = cluster.hzTAG
}

connect "shTAG" {
  url     = var.shanghai_connect
  cluster = cluster.shTAG
}

pair "main" {
  primary   = cluster.hzTAG
  secondary = cluster.shTAG
}

dns "main" {
  authorities = var.dns_authorities
  rfc2136 {
    server     = var.dns_server
    key_name   = var.dns_key_name
    key_secret = var.dns_key_secret
  }
}
"#;

impl Estate {
    /// An estate with nothing but the sandbox's places; `TAG` in any text is replaced by its tag.
    pub fn new(sandbox: &Sandbox) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vars = std::fs::read(sandbox.dir().join("estate.vars.hcl")).unwrap();
        std::fs::write(folder.path().join("sandbox.vars.hcl"), vars).unwrap();
        let estate = Self { folder, tag: unique("").trim_start_matches('-').to_owned() };
        estate.write("places.hcl", PLACES);
        estate
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Replaces `TAG` by the estate's tag.
    pub fn tagged(&self, text: &str) -> String {
        text.replace("TAG", &self.tag)
    }

    /// Writes a file of the estate.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), self.tagged(text)).unwrap();
    }

    /// Runs leeward in the estate's folder.
    pub fn leeward(&self, arguments: &[&str]) -> Output {
        leeward(self.path(), arguments)
    }

    /// Runs leeward, which has to succeed, and answers its standard output.
    pub fn ok(&self, arguments: &[&str]) -> String {
        leeward_ok(self.path(), arguments)
    }

    /// The exit code of `plan -detailed-exitcode` and what it said.
    pub fn plan(&self) -> (i32, String) {
        let output = self.leeward(&["plan", "-detailed-exitcode"]);
        (output.status.code().unwrap(), said(&output))
    }

    /// Applies, which has to succeed, and proves that nothing is left to do.
    pub fn apply(&self) -> String {
        let applied = self.ok(&["apply", "-auto-approve"]);
        self.has_no_changes();
        applied
    }

    /// A plan finds nothing to do.
    pub fn has_no_changes(&self) {
        let (code, said) = self.plan();
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("No changes"), "{said}");
    }
}

/// Standard output and standard error.
pub fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}
