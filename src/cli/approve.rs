//! `leeward approve`.

use super::Failure;
use super::workspace::Workspace;
use crate::estate::Task;
use crate::plan::{Action, Plan};
use crate::report::approvals::table;
use crate::run::{Approval, Asked, Event, RunId, Runs, Standing, Viewed, asked, quoted};
use crate::state::who;
use jiff::Timestamp;
use std::process::ExitCode;

/// Gives your word for a step of a run that waits for it; without a name, lists what waits.
///
/// It takes no lock, so that it can be given from another terminal while the run goes on.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  leeward approve 7f3a
  leeward approve 7f3a cutover -reason \"change 4711, seen by ann\"")]
pub struct Approve {
    /// The run, or the beginning of its id; `leeward runs` lists them.
    #[arg(value_name = "RUN")]
    run: String,
    /// The approval's name.
    #[arg(value_name = "NAME", requires = "reason")]
    name: Option<String>,
    /// Why; it is kept in the run's journal and its report.
    #[arg(long, value_name = "TEXT", requires = "name", value_parser = reason)]
    reason: Option<String>,
}

impl Approve {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let runs = Workspace::open()?.runs();
        let run = runs.view(&runs.find(&self.run)?)?;
        let asked = asked(&run.plan, &run.progress, &runs.approvals(&run.id))?;
        match (&self.name, &self.reason) {
            (Some(name), Some(reason)) => give(&runs, &run, &asked, name, reason)?,
            _ => list(&run, &asked),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn list(run: &Viewed, asked: &[Asked]) {
    let id = &run.id;
    if asked.is_empty() {
        println!("Run {id} asks for no approval.");
        return;
    }
    print!("{}", table(asked));
    let next = asked.iter().find(|asked| asked.standing == Standing::Awaited);
    if let Some(next) = next.filter(|_| !is_over(run)) {
        println!("\nTo let it go on:  leeward approve {id} {} -reason WHY", quoted(&next.name));
    }
}

fn give(runs: &Runs, run: &Viewed, asked: &[Asked], name: &str, reason: &str) -> Result<(), Failure> {
    let id = &run.id;
    if is_over(run) {
        return Err(Failure::new(format!("run {id} is over: nothing waits for your word")));
    }
    let names: Vec<&str> = asked.iter().map(|asked| asked.name.as_str()).collect();
    let standing = asked.iter().find(|asked| asked.name == name).map(|asked| &asked.standing);
    let standing = standing.ok_or_else(|| unknown(&format!("run {id}"), name, &names))?;
    if *standing == Standing::Passed {
        return Err(Failure::new(format!("run {id} went on without {name:?} already")));
    }
    let stands = give_word(runs, id, name, reason)?;
    if matches!(standing, Standing::Given(_)) || stands.reason != reason {
        let Approval { by, reason, at } = stands;
        println!("{name:?} was approved already, by {by} at {at:.0}: {reason}");
    } else {
        println!("Approved {name:?} of run {id} as {}.", stands.by);
    }
    Ok(())
}

/// Puts a person's word beside a run; answers the one that stands.
fn give_word(runs: &Runs, run: &RunId, name: &str, reason: &str) -> Result<Approval, Failure> {
    let approval = Approval { by: who(), reason: reason.to_owned(), at: Timestamp::now() };
    Ok(runs.approvals(run).give(name, &approval)?)
}

fn is_over(run: &Viewed) -> bool {
    let mut events = run.recording.entries.iter().flat_map(|entry| &entry.events);
    events.any(|event| matches!(event, Event::Aborted { .. } | Event::Superseded { .. }))
        || run.progress.is_whole()
}

fn unknown(whose: &str, name: &str, names: &[&str]) -> Failure {
    let failure = Failure::new(format!("{whose} asks for no approval {name:?}"));
    match names {
        [] => failure.hint("it asks for none at all"),
        names => failure.hint(format!("it asks for {}", names.join(", "))),
    }
}

/// A word that is given together with the command that begins or takes up a run: `NAME=REASON`.
#[derive(Debug, Clone)]
pub(super) struct Word {
    name: String,
    reason: String,
}

impl std::str::FromStr for Word {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, given) = text.split_once('=').ok_or("write it as NAME=REASON")?;
        Ok(Self { name: name.trim().to_owned(), reason: reason(given)? })
    }
}

/// Refuses words that a plan does not ask for, before anything is begun.
pub(super) fn check_words(words: &[Word], plan: &Plan) -> Result<(), Failure> {
    let names = asked_names(plan);
    match words.iter().find(|word| !names.contains(&word.name.as_str())) {
        Some(word) => Err(unknown("the plan", &word.name, &names)),
        None => Ok(()),
    }
}

/// Gives words for a run that begins or goes on.
pub(super) fn give_words(words: &[Word], runs: &Runs, run: &RunId) -> Result<(), Failure> {
    words.iter().try_for_each(|word| give_word(runs, run, &word.name, &word.reason).map(drop))
}

fn asked_names(plan: &Plan) -> Vec<&str> {
    let names = plan.steps.iter().filter_map(|step| match &step.action {
        Action::Task(Task::Approve { name, .. }) => Some(name.as_str()),
        _ => None,
    });
    names.collect()
}

/// A reason says something.
pub(super) fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("say why: it is kept".into()),
        reason => Ok(reason.to_owned()),
    }
}
