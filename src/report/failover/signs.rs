//! Why a side is taken for dead: what it answered, to whom, and when it was last heard of.

use crate::plan::{Failover, Plan, Sign, Signs};
use crate::report::figures::{counted, took};

/// What is told of all sides that are taken for dead, once each: a sentence for each place that was asked, and one for the last
/// heartbeat.
pub(super) fn sentences(plan: &Plan) -> Vec<String> {
    let mut told = Vec::new();
    for sentence in plan.failovers().flat_map(of_failover) {
        if !told.contains(&sentence) {
            told.push(sentence);
        }
    }
    told
}

fn of_failover(failover: &Failover) -> Vec<String> {
    let Some(signs) = &failover.signs else { return Vec::new() };
    let of_places = signs.places.iter().map(|sign| sentence(failover, signs, sign));
    let heartbeat = signs.heartbeat_age.map(|age| {
        let source = &failover.from.cluster.name;
        format!("The last heartbeat of {source} that crossed was sent {} before.", took(age.max(0)))
    });
    of_places.chain(heartbeat).collect()
}

fn sentence(failover: &Failover, signs: &Signs, sign: &Sign) -> String {
    let Sign { place, asked, answered, fault } = sign;
    let long = took(i64::try_from(signs.millis).unwrap_or(i64::MAX));
    let by = format!("asked from {} for {long}", signs.from);
    let questions = counted(*asked, "question");
    let fault = fault.as_ref().map_or_else(String::new, |fault| format!(": {fault}"));
    match answered {
        0 => format!("{place} answered none of {questions}, {by}{fault}."),
        _ if answered < asked => {
            format!("{place} answered {answered} of {questions}, {by}; the first of the others{fault}.")
        }
        _ if *place == failover.from.cluster => format!(
            "{place} ANSWERS: all of {questions}, {by}. If it is alive, a planned failover loses nothing."
        ),
        _ => format!("{place} answered all of {questions}, {by}."),
    }
}
