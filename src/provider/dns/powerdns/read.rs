//! What the API says of a zone: the whole of it in one request, or the one set that is asked for.

use super::client::Client;
use crate::estate::Fault;
use crate::provider::dns::question::Question;
use crate::provider::dns::read::Said;
use hickory_proto::rr::Name;

/// From how many record sets of a zone on the whole zone is asked for.
const ZONE_FROM: usize = 4;

/// What the API says to each question about a zone, in order.
pub(in crate::provider::dns) async fn said(client: &Client, zone: &Name, questions: &[&Question]) -> Said {
    if questions.len() >= ZONE_FROM {
        return match client.zone(zone).await {
            Ok(look_up) => {
                let sets = questions.iter().map(|q| Ok(look_up(&q.name, q.rtype))).collect();
                Said { sets, transferred: true }
            }
            Err(fault) => Said::nothing(&fault.into(), questions.len()),
        };
    }
    let mut sets = Vec::new();
    for question in questions {
        let set = client.set(zone, &question.name, question.rtype).await;
        sets.push(set.map_err(Fault::from));
    }
    Said { sets, transferred: false }
}
