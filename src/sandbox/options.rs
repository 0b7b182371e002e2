//! What a person can ask of a sandbox.

use std::path::PathBuf;
use std::str::FromStr;

/// What to raise, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder that holds every file of the sandbox.
    pub dir: PathBuf,
    /// The names of the two clusters, side A (the usual primary) first; `None` keeps what stands, or `hangzhou` and
    /// `shanghai`.
    pub clusters: Option<[String; 2]>,
    /// Brokers in each cluster, each in a rack of its own; `None` keeps what stands, or one.
    pub brokers: Option<u8>,
    /// Whether clients log in (SCRAM-SHA-512) and an authorizer decides what they may do.
    pub sasl: bool,
    /// Components beyond the usual ones.
    pub with: Vec<Extra>,
    /// The largest heap of one JVM, as Java writes it (`384m`); 10,000 topics want `1g`.
    pub heap: Option<String>,
}

impl Options {
    /// The usual sandbox in this folder: `hangzhou` and `shanghai`, one broker each, no passwords.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), clusters: None, brokers: None, sasl: false, with: Vec::new(), heap: None }
    }

    /// Refuses what the files of the servers could not express.
    pub fn check(&self) -> Result<(), OptionsError> {
        let dir = self.dir.to_string_lossy();
        if dir.contains(|c: char| c.is_control() || "\"\\'$#".contains(c)) {
            return Err(OptionsError::Dir(dir.into_owned()));
        }
        let names = self.cluster_names();
        if let Some(name) = names.iter().find(|name| !is_label(name)) {
            return Err(OptionsError::Name(name.clone()));
        }
        if names[0] == names[1] {
            return Err(OptionsError::SameName(names[0].clone()));
        }
        match self.brokers {
            Some(brokers) if !matches!(brokers, 1 | 3) => Err(OptionsError::Brokers(brokers)),
            _ => self.check_heap(),
        }
    }

    /// The names of the clusters of a new sandbox.
    pub(super) fn cluster_names(&self) -> [String; 2] {
        self.clusters.clone().unwrap_or_else(|| ["hangzhou".into(), "shanghai".into()])
    }

    fn check_heap(&self) -> Result<(), OptionsError> {
        let Some(heap) = &self.heap else { return Ok(()) };
        let digits = heap.trim_end_matches(['m', 'g']);
        let sized = heap.len() == digits.len() + 1 && digits.parse::<u32>().is_ok_and(|size| size > 0);
        if sized { Ok(()) } else { Err(OptionsError::Heap(heap.clone())) }
    }
}

/// A component that a sandbox has only when asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extra {
    /// An authority with an HTTP API, for a zone of its own.
    Powerdns,
    /// A caching resolver, as a client would use.
    Unbound,
}

impl FromStr for Extra {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "powerdns" => Ok(Self::Powerdns),
            "unbound" => Ok(Self::Unbound),
            _ => Err(format!("{text} is not something a sandbox can add; powerdns and unbound are")),
        }
    }
}

/// Why options can't be met.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// The folder's name would break a configuration file.
    #[error("the folder {0} has a quote, a backslash, `$` or `#` in its name; choose another with --dir")]
    Dir(String),
    /// A cluster's name becomes part of a DNS name.
    #[error("{0:?} can't name a cluster: use lower case letters, digits and dashes, beginning with a letter")]
    Name(String),
    /// The two clusters must differ.
    #[error("both clusters are called {0:?}; give them different names")]
    SameName(String),
    /// One broker, or a quorum of three.
    #[error("{0} brokers are not possible: a cluster has 1 or 3")]
    Brokers(u8),
    /// Not a size as Java writes it.
    #[error("{0:?} is not a heap size; write it like 384m or 1g")]
    Heap(String),
}

fn is_label(name: &str) -> bool {
    let body = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(body)
        && !name.ends_with('-')
        && name.len() <= 40
}
