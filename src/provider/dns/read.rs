//! Record sets and zones, in bulk: what the service holds, and what each authority answers of it.

use super::authority::{self, Found, Silent};
use super::place::Service;
use super::question::Question;
use super::rrset::Rrset;
use super::value;
use crate::estate::{AuthorityFacts, Fault, FaultKind, Object, Query, Reading, RecordSet, Seen, ZoneFacts};
use crate::provider::Requests;
use futures::future::{join, join_all};
use futures::stream::{self, StreamExt};
use hickory_proto::rr::Name;
use std::collections::BTreeMap;
use std::time::Duration;

/// How many questions one server is asked at once.
const QUESTIONS_AT_ONCE: usize = 16;

/// What one server says to each question, in order.
pub(super) struct Said {
    pub sets: Vec<Result<Option<Rrset>, Fault>>,
    /// It gave the whole zone at once.
    pub transferred: bool,
}

impl Said {
    /// The same fault to each of so many questions.
    pub(super) fn nothing(fault: &Fault, questions: usize) -> Self {
        Self { sets: vec![Err(fault.clone()); questions], transferred: false }
    }
}

/// What is asked of one zone: the positions in the queries, and the questions there.
#[derive(Default)]
struct Asked {
    sets: Vec<(usize, Question)>,
    facts: Vec<usize>,
}

/// Answers each query, in order; zones and servers are asked in parallel.
pub(super) async fn read(
    service: &Service,
    authorities: &[String],
    timeout: Duration,
    queries: &[&Query],
) -> Vec<Reading> {
    let mut zones: BTreeMap<Name, Asked> = BTreeMap::new();
    let mut readings: BTreeMap<usize, Reading> = BTreeMap::new();
    for (at, query) in queries.iter().enumerate() {
        match question(query) {
            Ok((zone, Some(question))) => zones.entry(zone).or_default().sets.push((at, question)),
            Ok((zone, None)) => zones.entry(zone).or_default().facts.push(at),
            Err(fault) => drop(readings.insert(at, Reading::Unreachable(fault))),
        }
    }
    let read = zones.iter().map(|(zone, asked)| read_zone(service, authorities, timeout, zone, asked));
    readings.extend(join_all(read).await.into_iter().flatten());
    readings.into_values().collect()
}

fn question(query: &Query) -> Result<(Name, Option<Question>), Fault> {
    if let Query::Zone { zone, .. } = query {
        return Ok((value::name(zone)?, None));
    }
    let question = Question::of_query(query)?;
    Ok((question.zone.clone(), Some(question)))
}

async fn read_zone(
    service: &Service,
    authorities: &[String],
    timeout: Duration,
    zone: &Name,
    asked: &Asked,
) -> Vec<(usize, Reading)> {
    let questions: Vec<&Question> = asked.sets.iter().map(|(_, question)| question).collect();
    let facts = facts(service, authorities, timeout, zone, asked);
    let others = authorities.iter().filter(|server| service.server() != Some(server.as_str()));
    let theirs = others.map(async |server| (server, service.said_by(server, zone, &questions).await));
    let ((own, theirs), facts) = join(join(service.said(zone, &questions), join_all(theirs)), facts).await;
    let theirs: BTreeMap<&String, Said> = theirs.into_iter().collect();
    let said: Vec<(&String, &Said)> =
        authorities.iter().map(|server| (server, theirs.get(server).unwrap_or(&own))).collect();
    let set = |(nth, (at, _)): (usize, &(usize, Question))| (*at, reading(nth, &own, &said));
    let (authorities, refusal) = facts;
    let facts = ZoneFacts { transferred: own.transferred, authorities, refusal };
    let zone_reading = |at: &usize| (*at, zone_reading(zone, facts.clone()));
    asked.sets.iter().enumerate().map(set).chain(asked.facts.iter().map(zone_reading)).collect()
}

/// The service says what stands there; the authorities say what clients see of it.
fn reading(nth: usize, own: &Said, authorities: &[(&String, &Said)]) -> Reading {
    match &own.sets[nth] {
        Ok(Some(set)) => {
            let seen = authorities.iter().map(|(server, said)| seen(server, &said.sets[nth])).collect();
            Reading::Present(Object::RecordSet(RecordSet { seen, ..set.record_set() }))
        }
        Ok(None) => Reading::Absent,
        Err(fault) => Reading::Unreachable(fault.clone()),
    }
}

fn seen(authority: &str, said: &Result<Option<Rrset>, Fault>) -> Seen {
    let (values, fault) = match said {
        Ok(set) => (set.as_ref().map(Rrset::values), None),
        Err(fault) => (None, Some(fault.to_string())),
    };
    Seen { authority: authority.to_owned(), values, fault }
}

/// What the authorities, or the service where none is configured, say of the zone, and whether the service accepts
/// who leeward is; if that was asked.
async fn facts(
    service: &Service,
    authorities: &[String],
    timeout: Duration,
    zone: &Name,
    asked: &Asked,
) -> (Vec<AuthorityFacts>, Option<String>) {
    if asked.facts.is_empty() {
        return (Vec::new(), None);
    }
    let own: Vec<String> = service.server().map(str::to_owned).into_iter().collect();
    let servers = if authorities.is_empty() { &own } else { authorities };
    servers.iter().for_each(|_| service.requests().note("SOA", 1));
    let (facts, refusal) = join(authority::facts(servers, zone, timeout), service.refusal(zone)).await;
    (facts, refusal.map(|fault| fault.to_string()))
}

/// A zone is unreachable if none of its authorities says anything of it.
fn zone_reading(zone: &Name, facts: ZoneFacts) -> Reading {
    let authorities = &facts.authorities;
    if authorities.is_empty() || authorities.iter().any(|facts| facts.serial.is_some()) {
        return Reading::Present(Object::Zone(facts));
    }
    let faults: Vec<String> = facts.authorities.into_iter().filter_map(|facts| facts.fault).collect();
    let message = format!("no authority answers for zone {zone}: {}", faults.join("; "));
    Reading::Unreachable(Fault::new(FaultKind::Unreachable, message))
}

/// Asks a server for each set; one that is silent at the first question is not asked the others.
pub(super) async fn ask_each(
    server: &str,
    questions: &[&Question],
    timeout: Duration,
    requests: &Requests,
) -> Said {
    let Some((first, rest)) = questions.split_first() else {
        return Said { sets: Vec::new(), transferred: false };
    };
    requests.note("QUERY", 1);
    let first = authority::ask(server, &first.name, first.rtype, timeout).await;
    if let Err(silent) = &first
        && silent.is_of_the_server()
    {
        return Said::nothing(&silent.clone().into(), questions.len());
    }
    rest.iter().for_each(|_| requests.note("QUERY", 1));
    let asking: Vec<_> = rest.iter().map(|q| authority::ask(server, &q.name, q.rtype, timeout)).collect();
    let rest: Vec<Result<Found, Silent>> = stream::iter(asking).buffered(QUESTIONS_AT_ONCE).collect().await;
    let said = |found: Result<Found, Silent>| found.map(Found::into_set).map_err(Fault::from);
    Said { sets: std::iter::once(first).chain(rest).map(said).collect(), transferred: false }
}
