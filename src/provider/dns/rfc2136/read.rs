//! What a server says of a zone: all of it where a transfer is allowed, else set by set.

use super::client::Client;
use crate::provider::dns::question::Question;
use crate::provider::dns::read::{Said, ask_each};
use crate::provider::dns::rrset::Rrset;
use hickory_proto::rr::Name;

/// From how many record sets of a zone on a transfer of the whole zone is tried.
pub(in crate::provider) const TRANSFER_FROM: usize = 4;

/// What the server that `client` speaks to says to each question about a zone, in order.
pub(in crate::provider::dns) async fn said(client: &Client, zone: &Name, questions: &[&Question]) -> Said {
    if questions.len() >= TRANSFER_FROM {
        match client.transfer(zone).await {
            Ok(records) => {
                let among = |q: &&Question| Ok(Rrset::among(&records, &q.name, q.rtype));
                return Said { sets: questions.iter().map(among).collect(), transferred: true };
            }
            Err(refusal) => {
                tracing::debug!(server = client.server(), %zone, %refusal, "no transfer: each set is asked for");
            }
        }
    }
    ask_each(client.server(), questions, client.timeout(), client.requests()).await
}
