//! Changes: one atomic update for each name, checked by reading it again.

use super::client::{Client, Verdict};
use super::fault::UpdateFault;
use super::message;
use crate::estate::{Change, Fault, FaultKind, Object, Outcome, Reading};
use crate::provider::dns::authority::{self, Found};
use crate::provider::dns::question::{Question, Swap};
use crate::provider::dns::rrset::Rrset;
use futures::future::join_all;
use futures::stream::{self, StreamExt};
use hickory_proto::rr::Name;
use std::collections::BTreeMap;
use std::time::Duration;

/// How many updates are under way at once.
const UPDATES_AT_ONCE: usize = 8;
/// The pauses before an accepted change is looked for again; a server's answer cache may be a moment behind.
const LOOK_AGAIN: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(200), Duration::from_millis(800)];

/// The swaps of one name in one zone, with their positions among the changes.
type Group = Vec<(usize, Swap)>;

/// Makes each change, and answers in order. Changes of one name (a CNAME that gives way to an address) travel
/// in one message, since apart the server would ignore one of them without a word.
pub(in crate::provider::dns) async fn change(client: &Client, changes: &[&Change]) -> Vec<Outcome> {
    let mut outcomes: Vec<Option<Outcome>> = changes.iter().map(|_| None).collect();
    let mut groups: BTreeMap<(Name, Name), Group> = BTreeMap::new();
    for (at, change) in changes.iter().enumerate() {
        let swap = Question::of_object(&change.id)
            .and_then(|question| question.swap(&change.verb).map(|swap| (question, swap)));
        match swap {
            Ok((question, swap)) => {
                groups.entry((question.zone, question.name)).or_default().push((at, swap));
            }
            Err(fault) => outcomes[at] = Some(Outcome::Failed(fault)),
        }
    }
    let updates: Vec<_> = groups.iter().map(|((zone, _), group)| update(client, zone, group)).collect();
    let done: Vec<Vec<(usize, Outcome)>> =
        stream::iter(updates).buffer_unordered(UPDATES_AT_ONCE).collect().await;
    for (at, outcome) in done.into_iter().flatten() {
        outcomes[at] = Some(outcome);
    }
    let unanswered = || Outcome::Failed(Fault::new(FaultKind::Internal, "the change was not sent"));
    outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(unanswered)).collect()
}

async fn update(client: &Client, zone: &Name, group: &Group) -> Vec<(usize, Outcome)> {
    let swaps: Vec<Swap> = group.iter().map(|(_, swap)| swap.clone()).collect();
    let verdict = client.update(zone, message::update(zone, &swaps)).await;
    let outcomes = join_all(swaps.iter().map(|swap| outcome(client, swap, &verdict))).await;
    group.iter().map(|(at, _)| *at).zip(outcomes).collect()
}

async fn outcome(client: &Client, swap: &Swap, verdict: &Result<Verdict, UpdateFault>) -> Outcome {
    match verdict {
        Ok(Verdict::Accepted) => accepted(client, swap).await,
        Ok(Verdict::Moved(_)) => match look(client, swap).await {
            // What was to be deleted is gone already.
            Ok(found) if swap.wanted.is_none() && is_wanted(swap, &found) => Outcome::Done(()),
            Ok(found) => Outcome::Moved(reading(found)),
            Err(fault) => Outcome::Moved(Reading::Unreachable(fault)),
        },
        Err(fault) if fault.may_have_happened() => match look(client, swap).await {
            Ok(found) if is_wanted(swap, &found) => Outcome::Done(()),
            _ => Outcome::Unknown(fault.clone().into()),
        },
        Err(fault) => Outcome::Failed(fault.clone().into()),
    }
}

/// NOERROR does not say that the change was made: a record beside a CNAME is ignored with it (RFC 2136, 3.4.2.2).
async fn accepted(client: &Client, swap: &Swap) -> Outcome {
    let mut found = look(client, swap).await;
    for pause in LOOK_AGAIN {
        if matches!(&found, Ok(found) if is_wanted(swap, found)) {
            return Outcome::Done(());
        }
        tokio::time::sleep(pause).await;
        found = look(client, swap).await;
    }
    match found {
        Ok(found) if is_wanted(swap, &found) => Outcome::Done(()),
        Ok(found) => Outcome::Failed(ignored(client, swap, &found)),
        Err(fault) => Outcome::Unknown(Fault {
            message: format!("the change was accepted, but can't be seen: {}", fault.message),
            ..fault
        }),
    }
}

async fn look(client: &Client, swap: &Swap) -> Result<Found, Fault> {
    Ok(authority::ask(client.server(), &swap.name, swap.rtype, client.timeout()).await?)
}

fn is_wanted(swap: &Swap, found: &Found) -> bool {
    let set = match found {
        Found::Set(set) => Some(set),
        Found::Absent | Found::Alias(_) => None,
    };
    set == swap.wanted.as_ref()
}

fn reading(found: Found) -> Reading {
    let present = |set: Rrset| Reading::Present(Object::RecordSet(set.record_set()));
    found.into_set().map_or(Reading::Absent, present)
}

fn ignored(client: &Client, swap: &Swap, found: &Found) -> Fault {
    let (name, rtype, server) = (&swap.name, swap.rtype, client.server());
    let message = format!("{server} answered NOERROR to the change of {name} {rtype}, and did not make it");
    let hint = match found {
        Found::Alias(target) => {
            format!("{name} is a CNAME of {target}, and nothing may stand beside a CNAME")
        }
        Found::Set(_) | Found::Absent => {
            "another type may stand at this name that can't stand beside it, or somebody changed it since"
                .into()
        }
    };
    Fault::new(FaultKind::Conflict, message).hint(hint)
}
