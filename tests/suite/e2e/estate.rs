//! An estate in a folder of its own, on the shared sandbox.

use super::{leeward, leeward_ok, unique};
use leeward::sandbox::Sandbox;
use regex::Regex;
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
  timeout   = "20s"
  SECURITY
}

cluster "shTAG" {
  bootstrap = var.shanghai_bootstrap
  endpoint  = "kafka-shanghai.example.test."
  timeout   = "20s"
  SECURITY
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
  RESOLVERS
  rfc2136 {
    server     = var.dns_server
    key_name   = var.dns_key_name
    key_secret = var.dns_key_secret
  }
}
"#;

/// How leeward logs in to a sandbox that asks for a password.
const SECURITY: &str = r#"security {
    protocol  = "SASL_PLAINTEXT"
    mechanism = "SCRAM-SHA-512"
    username  = var.sasl_username
    password  = var.sasl_password
  }"#;

const SASL: &str = r#"
variable "sasl_username" { type = string }
variable "sasl_password" {
  type      = string
  sensitive = true
}
variable "application_username" { type = string }
"#;

const POWERDNS: &str = r#"
variable "powerdns_zone" { type = string }
variable "powerdns_server" { type = string }
variable "powerdns_api_url" { type = string }
variable "powerdns_api_key" {
  type      = string
  sensitive = true
}
"#;

const RESOLVER: &str = "\nvariable \"resolver\" { type = string }\n";

impl Estate {
    /// An estate with nothing but the sandbox's places; `TAG` in any text is replaced by its tag.
    pub fn new(sandbox: &Sandbox) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let estate = Self { folder, tag: unique("").trim_start_matches('-').to_owned() };
        let layout = sandbox.layout();
        let security = if layout.sasl.is_some() { SECURITY } else { "" };
        let mut places = PLACES.replace("SECURITY", security);
        let resolvers = if layout.unbound.is_some() { "resolvers = [var.resolver]" } else { "" };
        places = places.replace("RESOLVERS", resolvers);
        places.push_str(if layout.unbound.is_some() { RESOLVER } else { "" });
        places.push_str(if layout.sasl.is_some() { SASL } else { "" });
        places.push_str(if layout.powerdns.is_some() { POWERDNS } else { "" });
        estate.write("places.hcl", &places);
        let vars = std::fs::read_to_string(sandbox.vars_file()).unwrap();
        let is_declared = |line: &&str| {
            let name = line.split(' ').next().unwrap_or_default();
            places.contains(&format!("variable \"{name}\""))
        };
        let vars: Vec<&str> = vars.lines().filter(is_declared).collect();
        estate.write("sandbox.vars.hcl", &vars.join("\n"));
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

    /// Runs leeward, which has to refuse with exit code 1, and answers what it said.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let output = self.leeward(arguments);
        assert_eq!(output.status.code(), Some(1), "leeward {}:\n{}", arguments.join(" "), said(&output));
        self.untagged(&said(&output))
    }

    /// Replaces the estate's tag by `TAG`, as in what was written, and the id of a run by `RUN`.
    pub fn untagged(&self, text: &str) -> String {
        let run = Regex::new(r"\b(Run|resume) [0-9a-f]{4,}\b").unwrap();
        run.replace_all(&text.replace(&self.tag, "TAG"), "$1 RUN").into_owned()
    }

    /// The state, as `state pull` prints it.
    pub fn state(&self) -> serde_json::Value {
        serde_json::from_str(&self.ok(&["state", "pull"])).unwrap()
    }

    /// The exit code of `plan -detailed-exitcode` and what it said.
    pub fn plan(&self) -> (i32, String) {
        let output = self.leeward(&["plan", "-detailed-exitcode"]);
        (output.status.code().unwrap(), said(&output))
    }

    /// Applies, which has to succeed, and proves that nothing is left to do.
    pub fn apply(&self) -> String {
        let applied = self.ok(&["apply", "-auto-approve"]);
        assert!(!applied.contains("could not be read"), "not all was applied:\n{applied}");
        self.has_no_changes();
        applied
    }

    /// The id of the run that began last.
    pub fn latest_run(&self) -> String {
        let runs: serde_json::Value = serde_json::from_str(&self.ok(&["runs", "-json"])).unwrap();
        runs[0]["run"].as_str().unwrap().to_owned()
    }

    /// A plan finds nothing to do.
    pub fn has_no_changes(&self) {
        let (code, said) = self.plan();
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("No changes"), "{said}");
    }
}

/// The lines of a text that hold `word`, trimmed.
pub fn lines(text: &str, word: &str) -> String {
    let lines = text.lines().filter(|line| line.contains(word)).map(str::trim);
    lines.collect::<Vec<_>>().join("\n")
}

/// Standard output and standard error.
pub fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}
