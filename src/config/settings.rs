//! The `leeward` block: literals only, since it is needed before anything can be evaluated.

use super::code::Code;
use super::diagnostic::{Diagnostic, Diagnostics};
use super::parse::{Parsed, parse, unreadable};
use super::source::{Place, read_folder};
use super::suggestion::nearest;
use crate::estate::Settings;
use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block};
use std::cmp::Ordering;
use std::path::Path;

/// Reads the `leeward` block of a configuration, and evaluates nothing else of it.
///
/// # Errors
///
/// When the folder cannot be read, the block is not valid, or asks for another version of leeward.
pub fn settings(root: &Path) -> Result<Settings, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let mut parsed = Vec::new();
    match read_folder(root, root) {
        Err(error) => diagnostics.push(unreadable(&error)),
        Ok(folder) => {
            for file in folder.declarations {
                // The other files may be large, or broken: that is not asked here.
                if file.text.lines().any(|line| line.trim_start().starts_with("leeward")) {
                    match parse(file) {
                        Ok(file) => parsed.push(file),
                        Err(diagnostic) => diagnostics.push(diagnostic),
                    }
                }
            }
        }
    }
    let settings = read_settings(&parsed, &mut diagnostics);
    if diagnostics.has_errors() { Err(diagnostics.sorted()) } else { Ok(settings) }
}

/// Reads the `leeward` block of the root folder's files.
pub(super) fn read_settings(files: &[Parsed], diagnostics: &mut Diagnostics) -> Settings {
    let mut settings = Settings::default();
    let mut first: Option<Place> = None;
    for parsed in files {
        for block in parsed.body.get_blocks("leeward") {
            let place = place(parsed, &block.ident);
            if let Some(first) = &first {
                diagnostics.push(
                    Diagnostic::error(Code::Duplicate, "there are two leeward blocks")
                        .at(place.clone(), "the second")
                        .at(first.clone(), "the first"),
                );
            }
            read_block(parsed, block, &mut settings, diagnostics);
            first.get_or_insert(place);
        }
    }
    settings
}

fn place(parsed: &Parsed, spanned: &impl Span) -> Place {
    Place::new(&parsed.file, spanned.span().unwrap_or_default())
}

fn read_block(parsed: &Parsed, block: &Block, settings: &mut Settings, diagnostics: &mut Diagnostics) {
    if let Some(label) = block.labels.first() {
        let span = match label {
            hcl_edit::structure::BlockLabel::Ident(ident) => ident.span(),
            hcl_edit::structure::BlockLabel::String(text) => text.span(),
        };
        let place = Place::new(&parsed.file, span.unwrap_or_default());
        diagnostics.push(Diagnostic::error(Code::Labels, "leeward has no label").at(place, "one too many"));
    }
    for attribute in block.body.attributes() {
        match attribute.key.as_str() {
            "required_version" => {
                match literal(parsed, attribute).and_then(|text| required(parsed, attribute, &text)) {
                    Ok(text) => settings.required_version = Some(text),
                    Err(diagnostic) => diagnostics.push(diagnostic),
                }
            }
            other => {
                diagnostics.push(unknown(parsed, &attribute.key, other, "attribute", "required_version"))
            }
        }
    }
    for inner in block.body.blocks() {
        match inner.ident.as_str() {
            "state" => match state(parsed, inner) {
                Ok(path) => settings.state = path,
                Err(diagnostic) => diagnostics.push(diagnostic),
            },
            other => diagnostics.push(unknown(parsed, &inner.ident, other, "block", "state")),
        }
    }
}

fn unknown(parsed: &Parsed, spanned: &impl Span, name: &str, sort: &str, only: &str) -> Diagnostic {
    let fault = Diagnostic::error(Code::UnknownAttribute, format!("leeward has no {sort} \"{name}\""));
    let near = nearest(name, [only]).is_some();
    fault.at(place(parsed, spanned), "unknown").help(if near {
        format!("did you mean {only}?")
    } else {
        "there are required_version and state \"local\" { path = … }".to_owned()
    })
}

fn literal(parsed: &Parsed, attribute: &Attribute) -> Result<String, Diagnostic> {
    match &attribute.value {
        Expression::String(text) => Ok(text.value().clone()),
        other => Err(Diagnostic::error(
            Code::Settings,
            format!("{} must be a literal string", attribute.key.as_str()),
        )
        .at(place(parsed, other), "this would have to be evaluated")
        .help("the leeward block is read before anything else")),
    }
}

/// `state "local" { path = "…" }`.
fn state(parsed: &Parsed, block: &Block) -> Result<String, Diagnostic> {
    let label = block.labels.first().map(|label| label.as_str()).unwrap_or_default();
    if label != "local" {
        return Err(Diagnostic::error(Code::Settings, format!("there is no state \"{label}\""))
            .at(place(parsed, &block.ident), "unknown")
            .help("state \"local\" { path = \"state/leeward.json\" }"));
    }
    if let Some(odd) = block.body.attributes().find(|attribute| attribute.key.as_str() != "path") {
        return Err(unknown(parsed, &odd.key, odd.key.as_str(), "attribute", "path"));
    }
    let Some(path) = block.body.get_attribute("path") else {
        return Err(Diagnostic::error(Code::Missing, "state \"local\" needs \"path\"")
            .at(place(parsed, &block.ident), "path = … is missing"));
    };
    let text = literal(parsed, path)?;
    if text.trim().is_empty() {
        let fault = Diagnostic::error(Code::Invalid, "path needs a path");
        return Err(fault.at(place(parsed, &path.value), "this is empty"));
    }
    Ok(text)
}

/// Checks `>= 0.1, < 2` against this leeward.
fn required(parsed: &Parsed, attribute: &Attribute, text: &str) -> Result<String, Diagnostic> {
    let here = place(parsed, &attribute.value);
    let this = env!("CARGO_PKG_VERSION");
    match satisfies(this, text) {
        Some(true) => Ok(text.to_owned()),
        Some(false) => Err(Diagnostic::error(Code::Version, format!("this is leeward {this}"))
            .at(here, "the configuration asks for another version")
            .help("use a leeward of that version, or change required_version")),
        None => Err(Diagnostic::error(Code::Settings, "required_version is no version constraint")
            .at(here, "this cannot be read")
            .help("such as \">= 0.1\", \"~> 1.2\" or \">= 0.1, < 2.0\"")),
    }
}

/// Whether a version satisfies all parts of a constraint; nothing if the constraint cannot be read.
pub fn satisfies(version: &str, constraint: &str) -> Option<bool> {
    let version = numbers(version)?;
    let mut all = true;
    for part in constraint.split(',') {
        let part = part.trim();
        let digits = part.find(|c: char| c.is_ascii_digit())?;
        let (operator, wanted) = part.split_at(digits);
        let parts = numbers(wanted)?;
        let order = compare(&version, &parts);
        all &= match operator.trim() {
            "" | "=" => order == Ordering::Equal,
            "!=" => order != Ordering::Equal,
            ">" => order == Ordering::Greater,
            ">=" => order != Ordering::Less,
            "<" => order == Ordering::Less,
            "<=" => order != Ordering::Greater,
            // The last number given may grow, the ones before it may not.
            "~>" => {
                let fixed = parts.len().saturating_sub(1).max(1);
                order != Ordering::Less && version.iter().take(fixed).eq(parts.iter().take(fixed))
            }
            _ => return None,
        };
    }
    Some(all)
}

fn numbers(version: &str) -> Option<Vec<u64>> {
    let plain = version.trim().split(['-', '+']).next()?;
    plain.split('.').map(|number| number.parse().ok()).collect()
}

fn compare(a: &[u64], b: &[u64]) -> Ordering {
    let at = |numbers: &[u64], index: usize| numbers.get(index).copied().unwrap_or_default();
    (0..a.len().max(b.len()))
        .map(|index| at(a, index).cmp(&at(b, index)))
        .find(|o| o.is_ne())
        .unwrap_or(Ordering::Equal)
}
