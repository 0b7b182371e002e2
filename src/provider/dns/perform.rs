//! The one task of DNS: waiting until every authority shows a record set.

use super::authority;
use super::question::Question;
use super::rrset::Rrset;
use crate::estate::{Evidence, Fault, FaultKind, Outcome, RecordSet, Task};
use futures::future::join_all;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The first pause between two rounds of questions; each is half as long again, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

pub(super) async fn perform(
    authorities: &[String],
    timeout: Duration,
    propagation: Duration,
    task: &Task,
) -> Outcome<Evidence> {
    let Task::AwaitPropagation { record, wanted } = task else {
        let message = format!("a DNS service can't {task}");
        return Outcome::Failed(Fault::new(FaultKind::Invalid, message));
    };
    let propagated = match Question::of_object(record) {
        Ok(question) => await_propagation(authorities, timeout, propagation, &question, wanted).await,
        Err(fault) => Err(fault),
    };
    propagated.map_or_else(Outcome::Failed, |seen| Outcome::Done(Evidence::Seen(seen)))
}

async fn await_propagation(
    authorities: &[String],
    timeout: Duration,
    propagation: Duration,
    question: &Question,
    wanted: &RecordSet,
) -> Result<String, Fault> {
    let wanted = question.rrset(wanted)?;
    if authorities.is_empty() {
        return Ok("but nowhere asked: no authority is declared".to_owned());
    }
    let started = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        let behind = behind(authorities, timeout, &wanted).await;
        let waited = started.elapsed();
        if behind.is_empty() {
            return Ok(seen(&wanted, authorities));
        }
        if waited + pause >= propagation {
            return Err(late(question, &behind, waited));
        }
        sleep(pause).await;
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
    }
}

/// What each authority says that does not show the set yet.
async fn behind(authorities: &[String], timeout: Duration, wanted: &Rrset) -> Vec<String> {
    let ask = async |server: &String| match authority::ask(server, &wanted.name, wanted.rtype, timeout).await
    {
        Ok(found) => match found.into_set() {
            Some(set) if set == *wanted => None,
            Some(set) => Some(format!("{server} answers {}", shown(&set))),
            None => Some(format!("{server} has no such record")),
        },
        Err(silent) => Some(silent.to_string()),
    };
    join_all(authorities.iter().map(ask)).await.into_iter().flatten().collect()
}

fn shown(set: &Rrset) -> String {
    let values: Vec<String> = set.values().into_iter().collect();
    format!("{} (TTL {} s)", values.join(", "), set.ttl)
}

fn seen(wanted: &Rrset, authorities: &[String]) -> String {
    let (noun, list) =
        (if authorities.len() == 1 { "authority" } else { "authorities" }, authorities.join(", "));
    format!("{} on {} {noun} ({list})", shown(wanted), authorities.len())
}

fn late(question: &Question, behind: &[String], waited: Duration) -> Fault {
    let message = format!(
        "{} does not show everywhere after {:.1} s: {}",
        question.text(),
        waited.as_secs_f64(),
        behind.join("; ")
    );
    Fault::new(FaultKind::Timeout, message)
        .hint("is the transfer to that server (NOTIFY, AXFR) working? dns.propagation sets how long to wait")
}
