//! Whether a record set could be changed: tried beforehand, without changing anything.

use super::place::Service;
use super::question::Question;
use super::rfc2136;
use crate::estate::{Fault, FaultKind, Object, Query, Reading, Trial};

/// Tries a change of the record set that `query` names.
///
/// DNS UPDATE: an update whose prerequisites hold and that deletes a record which is not there; a server has to judge the key and
/// its rights as for any other (RFC 2136, sections 3.3 and 3.4.2.4). PowerDNS' API has one key for reading and for writing, and no
/// change that leaves the zone's serial alone: that it gives the set to the key has to do.
pub(super) async fn read(service: &Service, query: &Query) -> Reading {
    let tried = match question(query) {
        Ok(question) => match service {
            Service::Rfc2136(client) => rfc2136::tried(client, &question).await,
            Service::PowerDns(client) => {
                let read = client.set(&question.zone, &question.name, question.rtype).await;
                read.map(|_| format!("{} takes the key; a change was not tried", client.url()))
                    .map_err(Fault::from)
            }
        },
        Err(fault) => Err(fault),
    };
    let refused =
        |fault: Fault| Trial { tried: "a change was tried".into(), refusal: Some(fault.to_string()) };
    match tried {
        Ok(tried) => Reading::Present(Object::Trial(Trial { tried, refusal: None })),
        // The server has heard us and said no.
        Err(fault) if is_refusal(fault.kind) => Reading::Present(Object::Trial(refused(fault))),
        Err(fault) => Reading::Unreachable(fault),
    }
}

const fn is_refusal(kind: FaultKind) -> bool {
    matches!(kind, FaultKind::Unauthenticated | FaultKind::Denied | FaultKind::Invalid | FaultKind::Conflict)
}

fn question(query: &Query) -> Result<Question, Fault> {
    let Query::Trial { dns, zone, name, rtype } = query else {
        return Err(Fault::new(FaultKind::Invalid, format!("{} is no trial", query.id())));
    };
    let (dns, zone, name) = (dns.clone(), zone.clone(), name.clone());
    Question::of_query(&Query::RecordSet { dns, zone, name, rtype: *rtype })
}
