//! `leeward report`.

use super::Failure;
use super::workspace::Workspace;
use crate::report::run::{self, Report as Told, tell};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Tells a run from its plan and its journal: what happened when, what it cost, what is left.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The plan and the journal are all that it needs: nobody is asked, and a run can be told when its clusters are long gone.

Examples:
  leeward report 7f3a
  leeward report                              the latest run
  leeward report 7f3a -html -out failover.html
  leeward report 7f3a -markdown > incident.md")]
pub struct Report {
    /// The run, or the beginning of its id; the latest if none is named. `leeward runs` lists them.
    #[arg(value_name = "RUN")]
    run: Option<String>,
    /// Prints it as JSON.
    #[arg(long, group = "form")]
    json: bool,
    /// Prints it as Markdown.
    #[arg(long, group = "form")]
    markdown: bool,
    /// Prints it as one HTML page that needs nothing else.
    #[arg(long, group = "form")]
    html: bool,
    /// Writes it to a file instead; one that ends in .html, .md or .json tells the form by itself.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Json,
    Markdown,
    Html,
}

impl Report {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let runs = Workspace::open()?.runs();
        let id = match &self.run {
            Some(prefix) => runs.find(prefix)?,
            None => match runs.list()?.into_iter().find(|listed| listed.run.is_ok()) {
                Some(latest) => latest.id,
                None => return Err(Failure::new("there are no runs yet")),
            },
        };
        let viewed = runs.view(&id)?;
        let report = tell(&viewed.plan, &viewed.recording);
        let form = self.form();
        let Some(file) = &self.out else {
            let text = if form == Form::Text { run::text(&report) } else { written(&report, form)? };
            print!("{text}");
            return Ok(ExitCode::SUCCESS);
        };
        std::fs::write(file, written(&report, form)?)
            .map_err(|error| Failure::new(format!("{} can't be written: {error}", file.display())))?;
        println!("The report of run {id} is in {}.", file.display());
        Ok(ExitCode::SUCCESS)
    }

    fn form(&self) -> Form {
        let ending = self.out.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
        match (self.json, self.markdown, self.html, ending) {
            (true, ..) | (_, false, false, Some("json")) => Form::Json,
            (_, true, ..) | (_, _, false, Some("md")) => Form::Markdown,
            (_, _, true, _) | (.., Some("html" | "htm")) => Form::Html,
            _ => Form::Text,
        }
    }
}

/// How wide the text is in a file.
const WIDTH: usize = 100;

fn written(report: &Told, form: Form) -> Result<String, Failure> {
    Ok(match form {
        Form::Text => anstream::adapter::strip_str(&run::text_in(report, WIDTH)).to_string(),
        Form::Json => serde_json::to_string_pretty(report)? + "\n",
        Form::Markdown => run::markdown(report),
        Form::Html => run::html(report),
    })
}
