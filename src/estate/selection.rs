//! Which names a list of selectors stands for.

use super::Selector;
use regex::RegexSet;
use std::collections::BTreeSet;

/// A list of selectors, made ready to be asked about many names.
///
/// MirrorMaker matches Java patterns; a pattern that Rust's engine can't read covers nothing here.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    names: BTreeSet<String>,
    patterns: RegexSet,
    unreadable: Vec<String>,
}

impl Selection {
    /// The selection that these selectors make together.
    pub fn new<'a>(selectors: impl IntoIterator<Item = &'a Selector>) -> Self {
        let mut selection = Self::default();
        let mut patterns = Vec::new();
        for selector in selectors {
            let whole = format!("^(?:{})$", selector.0);
            match selector.name() {
                Some(name) => drop(selection.names.insert(name)),
                None if regex::Regex::new(&whole).is_ok() => patterns.push(whole),
                None => selection.unreadable.push(selector.0.clone()),
            }
        }
        selection.patterns = RegexSet::new(patterns).unwrap_or_default();
        selection
    }

    /// The selection of a comma list, as MirrorMaker's `topics` and `groups` settings have it.
    pub fn of_list(list: &str) -> Self {
        let items = list.split(',').map(str::trim).filter(|item| !item.is_empty());
        let selectors: Vec<Selector> = items.map(|item| Selector(item.to_owned())).collect();
        Self::new(&selectors)
    }

    /// Whether it covers a name.
    pub fn covers(&self, name: &str) -> bool {
        self.names.contains(name) || self.patterns.is_match(name)
    }

    /// The plain names in it.
    pub const fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// Whether it has a pattern that can be read here.
    pub fn has_patterns(&self) -> bool {
        !self.patterns.is_empty()
    }

    /// Whether a pattern covers the name, whatever the plain names do.
    pub fn covers_by_pattern(&self, name: &str) -> bool {
        self.patterns.is_match(name)
    }

    /// The patterns that could not be read.
    pub fn unreadable(&self) -> &[String] {
        &self.unreadable
    }
}
