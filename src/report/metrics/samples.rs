//! Samples, and how they are written.

use super::families::{FAMILIES, Family};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Samples by the name of their metric.
#[derive(Default)]
pub(super) struct Samples(BTreeMap<&'static str, String>);

impl Samples {
    /// Adds a sample.
    pub fn add(&mut self, family: &Family, labels: &[(&str, &str)], value: f64) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        // Writing into a text can't fail.
        let _ = writeln!(self.0.entry(family.name).or_default(), "{}{labels} {value}", family.name);
    }

    /// Adds a sample that is 1 or 0.
    pub fn flag(&mut self, family: &Family, labels: &[(&str, &str)], value: bool) {
        self.add(family, labels, if value { 1.0 } else { 0.0 });
    }

    /// Everything, in the order of [`FAMILIES`].
    pub fn text(&self) -> String {
        let told = FAMILIES.iter().filter_map(|family| Some((family, self.0.get(family.name)?)));
        told.map(|(family, samples)| {
            let Family { name, kind, help } = family;
            format!("# HELP {name} {help}\n# TYPE {name} {}\n{samples}", kind.as_str())
        })
        .collect()
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
