//! Findings that are let pass, with a reason.

use super::{rule, rules};
use crate::plan::Finding;
use std::str::FromStr;

/// What `-ignore CODE=REASON` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// The rule whose findings are let pass.
    pub code: &'static str,
    /// Why; kept with each of them.
    pub reason: String,
}

/// Why a text is no [`Ignore`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IgnoreError {
    /// There is no reason in it.
    #[error("{0:?} gives no reason; write it as LW1001=\"why this may pass\"")]
    NoReason(String),
    /// No rule has that code.
    #[error("no rule has the code {code:?}{}; `leeward explain` lists them all", nearest.map_or_else(String::new, |near| format!(" (is it {near}?)")))]
    UnknownCode {
        /// What was typed.
        code: String,
        /// The code that is nearest to it.
        nearest: Option<&'static str>,
    },
}

impl FromStr for Ignore {
    type Err = IgnoreError;

    fn from_str(text: &str) -> Result<Self, IgnoreError> {
        let (code, reason) = text.split_once('=').ok_or_else(|| IgnoreError::NoReason(text.to_owned()))?;
        let known = rule(code.trim()).ok_or_else(|| unknown(code.trim()))?;
        match reason.trim() {
            "" => Err(IgnoreError::NoReason(text.to_owned())),
            reason => Ok(Self { code: known.code, reason: reason.to_owned() }),
        }
    }
}

/// The error for a code that no rule has.
fn unknown(code: &str) -> IgnoreError {
    let distance = |known: &str| strsim::damerau_levenshtein(known, &code.to_ascii_uppercase());
    let nearest = rules().iter().map(|rule| rule.code).min_by_key(|known| distance(known));
    IgnoreError::UnknownCode { code: code.to_owned(), nearest: nearest.filter(|known| distance(known) <= 1) }
}

/// Notes on each finding why it is let pass; the last word on a code wins.
pub fn ignore(findings: &mut [Finding], ignores: &[Ignore]) {
    for finding in findings {
        if let Some(ignore) = ignores.iter().rev().find(|ignore| ignore.code == finding.code) {
            finding.ignored = Some(ignore.reason.clone());
        }
    }
}
