//! Changes: read, compare, PATCH, read again.

use super::client::Client;
use super::fault::ApiFault;
use super::read::said;
use crate::estate::{Change, Fault, FaultKind, Object, Outcome, Reading};
use crate::provider::dns::question::{Question, Swap};
use crate::provider::dns::rrset::Rrset;
use futures::future::join_all;
use hickory_proto::rr::Name;
use std::collections::BTreeMap;

/// The swaps of one zone, with their positions among the changes.
type Group = Vec<(usize, Swap)>;

/// Makes each change, and answers in order. The changes of a zone travel in one PATCH, which the server carries
/// out as a whole or not at all; if it refuses it, they are sent one by one to find out which is wrong.
pub(in crate::provider::dns) async fn change(client: &Client, changes: &[&Change]) -> Vec<Outcome> {
    let mut outcomes: BTreeMap<usize, Outcome> = BTreeMap::new();
    let mut zones: BTreeMap<Name, Group> = BTreeMap::new();
    for (at, change) in changes.iter().enumerate() {
        let question = Question::of_object(&change.id);
        match question.and_then(|question| Ok((question.swap(&change.verb)?, question.zone))) {
            Ok((swap, zone)) => zones.entry(zone).or_default().push((at, swap)),
            Err(fault) => drop(outcomes.insert(at, Outcome::Failed(fault))),
        }
    }
    let changed = join_all(zones.into_iter().map(|(zone, group)| change_zone(client, zone, group))).await;
    outcomes.extend(changed.into_iter().flatten());
    outcomes.into_values().collect()
}

async fn change_zone(client: &Client, zone: Name, group: Group) -> Vec<(usize, Outcome)> {
    let (unmoved, mut outcomes) = unmoved(client, &zone, group).await;
    if unmoved.is_empty() {
        return outcomes;
    }
    let swaps: Vec<Swap> = unmoved.iter().map(|(_, swap)| swap.clone()).collect();
    let mut sent = vec![client.patch(&zone, &swaps).await; swaps.len()];
    if swaps.len() > 1 && matches!(sent[0], Err(ApiFault::Refused { .. })) {
        for (sent, swap) in sent.iter_mut().zip(&swaps) {
            *sent = client.patch(&zone, std::slice::from_ref(swap)).await;
        }
    }
    let there = look(client, &zone, &swaps).await;
    let made = unmoved.into_iter().zip(sent).zip(there);
    outcomes.extend(made.map(|(((at, swap), sent), there)| (at, outcome(&swap, sent, there))));
    outcomes
}

/// The swaps whose expectation holds, and the outcomes of those whose doesn't. The API can't check it with the
/// change itself, so a moment stays open in which somebody else's change would be overwritten.
async fn unmoved(client: &Client, zone: &Name, group: Group) -> (Group, Vec<(usize, Outcome)>) {
    let swaps: Vec<Swap> = group.iter().map(|(_, swap)| swap.clone()).collect();
    let (mut unmoved, mut outcomes) = (Vec::new(), Vec::new());
    for ((at, swap), there) in group.into_iter().zip(look(client, zone, &swaps).await) {
        match there {
            Ok(there) if same_values(there.as_ref(), swap.expected.as_ref()) => unmoved.push((at, swap)),
            // What was to be deleted is gone already.
            Ok(None) if swap.wanted.is_none() => outcomes.push((at, Outcome::Done(()))),
            Ok(there) => outcomes.push((at, Outcome::Moved(reading(there)))),
            Err(fault) => outcomes.push((at, Outcome::Failed(fault))),
        }
    }
    (unmoved, outcomes)
}

/// What stands in the place of each swap.
async fn look(client: &Client, zone: &Name, swaps: &[Swap]) -> Vec<Result<Option<Rrset>, Fault>> {
    let questions: Vec<Question> = swaps.iter().map(|swap| swap.question(zone)).collect();
    said(client, zone, &questions.iter().collect::<Vec<_>>()).await.sets
}

/// As an RFC 2136 prerequisite compares: the values count, the TTL doesn't.
fn same_values(there: Option<&Rrset>, expected: Option<&Rrset>) -> bool {
    there.map(Rrset::values) == expected.map(Rrset::values)
}

fn reading(there: Option<Rrset>) -> Reading {
    there.map_or(Reading::Absent, |set| Reading::Present(Object::RecordSet(set.record_set())))
}

/// What came of a swap, by what the API said to it and what stands there since.
fn outcome(swap: &Swap, sent: Result<(), ApiFault>, there: Result<Option<Rrset>, Fault>) -> Outcome {
    let unsure = match sent {
        Ok(()) => None,
        Err(fault) if fault.may_have_happened() => Some(Fault::from(fault)),
        Err(fault) => return Outcome::Failed(fault.into()),
    };
    match (there, unsure) {
        (Ok(there), _) if there == swap.wanted => Outcome::Done(()),
        (_, Some(fault)) | (Err(fault), None) => Outcome::Unknown(fault),
        (Ok(_), None) => {
            let message =
                format!("{} {} was accepted, and is not as sent when read again", swap.name, swap.rtype);
            Outcome::Failed(
                Fault::new(FaultKind::Conflict, message).hint("somebody changed it since: plan again"),
            )
        }
    }
}
