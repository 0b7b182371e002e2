//! `leeward explain`.

use super::Failure;
use crate::config::Code;
use crate::policy::{rule, rules};
use crate::report::explanation;
use std::process::ExitCode;

/// Explains the code of a finding or an error, or lists all codes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  leeward explain\n  leeward explain LW1001")]
pub struct Explain {
    /// The code, such as LW1001.
    code: Option<String>,
    /// Prints it as JSON.
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let text = match (&self.code, self.json) {
            (None, false) => explanation::listing(),
            (None, true) => format!("{:#}\n", serde_json::to_value(rules())?),
            (Some(code), json) => explained(code.trim(), json)?,
        };
        print!("{text}");
        Ok(ExitCode::SUCCESS)
    }
}

fn explained(code: &str, json: bool) -> Result<String, Failure> {
    if let Some(rule) = rule(code) {
        let text = || explanation::of_rule(rule);
        return if json { Ok(format!("{:#}\n", serde_json::to_value(rule)?)) } else { Ok(text()) };
    }
    let fault = Code::ALL.iter().find(|known| known.text().eq_ignore_ascii_case(code));
    let fault = *fault.ok_or_else(|| {
        Failure::new(format!("no finding and no error has the code {code:?}"))
            .hint("leeward explain lists them all")
    })?;
    if json {
        let value =
            serde_json::json!({ "code": fault.text(), "severity": "error", "what": fault.explanation() });
        return Ok(format!("{value:#}\n"));
    }
    Ok(explanation::of_code(fault))
}
