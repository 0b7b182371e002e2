//! What is wrong with a configuration: where, what and what to do.

use super::code::Code;
use super::source::Place;
use std::fmt;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can be done with the configuration.
    Error,
    /// It can be used, but probably is not what is meant.
    Warning,
}

impl Severity {
    /// The word that people and machines read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A place and what is said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is said; may be empty.
    pub text: String,
}

/// How much of the source an excerpt may show: values that are given to variables can be secrets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Visible {
    /// All of it.
    #[default]
    All,
    /// Of words and numbers only those that a label is at.
    Labelled,
    /// No word and no number.
    Nothing,
}

impl Visible {
    /// A text with a star for each letter and digit that may not be seen; it keeps its length in bytes, and
    /// `shown` are the bytes that labels are at.
    pub fn of(self, text: &str, shown: &[std::ops::Range<usize>]) -> String {
        let is_shown = |at: usize| match self {
            Self::All => true,
            Self::Labelled => shown.iter().any(|range| range.contains(&at)),
            Self::Nothing => false,
        };
        let star = |(at, c): (usize, char)| {
            let is_plain = is_shown(at) || c.is_whitespace() || "[]{}()=,\"'".contains(c);
            // As many bytes as it had, so that labels stay at their places.
            if is_plain { c.to_string() } else { "*".repeat(c.len_utf8()) }
        };
        text.char_indices().map(star).collect()
    }
}

/// A change of the source that would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// What is replaced.
    pub place: Place,
    /// By what.
    pub replacement: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence, without a full stop.
    pub message: String,
    /// Where: the first is the place itself, the rest is what it has to do with. Empty for what has no place.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// The change that would do it.
    pub patch: Option<Box<Patch>>,
    /// How much of the source an excerpt may show.
    pub visible: Visible,
}

impl Diagnostic {
    /// An error that has no place yet.
    pub fn error(code: Code, message: impl fmt::Display) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.to_string(),
            labels: Vec::new(),
            help: None,
            patch: None,
            visible: Visible::All,
        }
    }

    /// A warning that has no place yet.
    pub fn warning(code: Code, message: impl fmt::Display) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Adds a place; the first one added is where the fault is.
    #[must_use]
    pub fn at(mut self, place: Place, text: impl fmt::Display) -> Self {
        self.labels.push(Label { place, text: text.to_string() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl fmt::Display) -> Self {
        self.help = Some(help.to_string());
        self
    }

    /// Says what to do, if there is something to say.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<impl fmt::Display>) -> Self {
        if let Some(help) = help {
            self.help = Some(help.to_string());
        }
        self
    }

    /// Shows the change that would help.
    #[must_use]
    pub fn patch(mut self, place: Place, replacement: impl fmt::Display) -> Self {
        self.patch = Some(Box::new(Patch { place, replacement: replacement.to_string() }));
        self
    }

    /// Restricts what an excerpt shows.
    #[must_use]
    pub fn showing(mut self, visible: Visible) -> Self {
        self.visible = visible;
        self
    }

    /// Where the fault is, if it has a place.
    pub fn place(&self) -> Option<&Place> {
        self.labels.first().map(|label| &label.place)
    }
}

/// Everything that is wrong, in the order of files and lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one, unless the very same is there already.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// True when one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// How many are of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// True when nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sorted by file and place, each said once: one broken local is met by everything that uses it.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        let key = |d: &Diagnostic| {
            let place = d.place().map(|p| (p.file.path.clone(), p.range.start, p.range.end));
            (place, d.code, d.message.clone())
        };
        self.0.sort_by_cached_key(key);
        self.0.dedup_by(|a, b| key(a) == key(b));
        self
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        self.0.extend(diagnostics);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            if let Some(place) = diagnostic.place() {
                write!(f, "{place}: ")?;
            }
            write!(f, "{}[{}]: {}", diagnostic.severity.word(), diagnostic.code, diagnostic.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
