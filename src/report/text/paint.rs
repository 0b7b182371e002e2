//! Colours; they only repeat what a sign says.

use crate::plan::Severity;
use crate::report::sign::Sign;
use anstyle::{AnsiColor, Style};

/// A text in a style.
pub(in crate::report) fn paint(style: Style, text: &str) -> String {
    if style.is_plain() { text.to_owned() } else { format!("{style}{text}{style:#}") }
}

pub(in crate::report) const fn bold() -> Style {
    Style::new().bold()
}

pub(in crate::report) const fn dim() -> Style {
    Style::new().dimmed()
}

pub(in crate::report) const fn red() -> Style {
    AnsiColor::Red.on_default()
}

pub(in crate::report) const fn green() -> Style {
    AnsiColor::Green.on_default()
}

pub(in crate::report) const fn yellow() -> Style {
    AnsiColor::Yellow.on_default()
}

/// Terraform's colours for Terraform's signs.
pub(super) const fn of_sign(sign: Sign) -> Style {
    match sign {
        Sign::Add => green(),
        Sign::Change => yellow(),
        Sign::Replace | Sign::Destroy => red(),
        Sign::Adopt | Sign::Forget => AnsiColor::Cyan.on_default(),
    }
}

pub(super) const fn of_severity(severity: Severity) -> Style {
    match severity {
        Severity::Error => red(),
        Severity::Warning => yellow(),
        Severity::Info => Style::new(),
    }
}
