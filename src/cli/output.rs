//! `leeward output`.

use super::Failure;
use super::runtime::block_on;
use super::workspace::Workspace;
use crate::state::OutputState;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Prints the outputs of the root module, as the last apply left them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  leeward output\n  leeward output -raw bootstrap")]
pub struct Output {
    /// Prints only this one.
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Prints it as JSON.
    #[arg(long, conflicts_with = "raw")]
    json: bool,
    /// Prints a text, a number or a boolean as it is, for scripts.
    #[arg(long, requires = "name")]
    raw: bool,
}

impl Output {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let outputs = block_on(async { Ok(Workspace::open()?.load_state().await?.outputs) })?;
        match &self.name {
            Some(name) => self.one(name, &outputs)?,
            None if self.json => {
                let all: BTreeMap<&String, Value> =
                    outputs.iter().map(|(name, output)| (name, as_json(output))).collect();
                println!("{}", serde_json::to_string_pretty(&all)?);
            }
            None if outputs.is_empty() => {
                eprintln!("There are no outputs: none is declared, or nothing was applied yet.");
            }
            None => {
                for (name, output) in &outputs {
                    println!("{name} = {}", shown(output));
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn one(&self, name: &str, outputs: &BTreeMap<String, OutputState>) -> Result<(), Failure> {
        let output = outputs.get(name).ok_or_else(|| missing(name, outputs))?;
        let OutputState::Plain(value) = output else {
            return Err(Failure::new(format!("{name} is sensitive: the state does not keep its value"))
                .hint("take it from where the configuration has it"));
        };
        if self.raw {
            print!("{}", raw(name, value)?);
        } else {
            println!("{value:#}");
        }
        Ok(())
    }
}

fn missing(name: &str, outputs: &BTreeMap<String, OutputState>) -> Failure {
    let failure = Failure::new(format!("there is no output {name}"));
    match outputs.keys().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => failure.hint("there are none: none is declared, or nothing was applied yet"),
        names => failure.hint(format!("there are {}", names.join(", "))),
    }
}

fn as_json(output: &OutputState) -> Value {
    match output {
        OutputState::Plain(value) => json!({ "sensitive": false, "value": value }),
        OutputState::Sensitive => json!({ "sensitive": true, "value": null }),
    }
}

fn shown(output: &OutputState) -> String {
    match output {
        OutputState::Plain(value) => format!("{value:#}"),
        OutputState::Sensitive => "(sensitive)".into(),
    }
}

fn raw(name: &str, value: &Value) -> Result<String, Failure> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err(Failure::new(format!("{name} is no text, number or boolean")).hint("use -json for it"))
        }
    }
}
