//! An update that changes nothing.

use super::client::{Client, Verdict};
use super::message;
use crate::estate::{Fault, RecordType};
use crate::provider::dns::authority;
use crate::provider::dns::question::Question;
use crate::provider::dns::value;
use hickory_proto::rr::RData;

/// How often it is tried if somebody changes the set meanwhile.
const ROUNDS: usize = 2;

/// Sends an update that changes nothing; answers what was tried.
///
/// # Errors
/// Why the server does not take it.
pub(in crate::provider::dns) async fn tried(client: &Client, question: &Question) -> Result<String, Fault> {
    let server = client.server();
    let mut verdict = Verdict::Accepted;
    for _ in 0..ROUNDS {
        client.requests().note("QUERY", 1);
        let there =
            authority::ask(server, &question.name, question.rtype, client.timeout()).await?.into_set();
        let absent = absent(question.rtype, |value| {
            there.as_ref().is_some_and(|there| there.values().contains(value))
        })?;
        let message = message::trial(question, there.as_ref(), absent);
        verdict = client.update(&question.zone, message).await?;
        if verdict == Verdict::Accepted {
            break;
        }
    }
    Ok(match verdict {
        Verdict::Accepted => format!("{server} took an update that changes nothing"),
        // Judged by RFC 2136's order, the key is known to be good; its rights are not.
        Verdict::Moved(_) => format!("{server} knows the key; the set changes too often to try a change"),
    })
}

/// Data that does not stand there, of names and addresses that nobody has (RFC 2606, RFC 5737, RFC 3849).
fn absent(rtype: RecordType, is_there: impl Fn(&String) -> bool) -> Result<RData, Fault> {
    let texts = match rtype {
        RecordType::A => ["192.0.2.253", "192.0.2.254"],
        RecordType::Aaaa => ["2001:db8::fffd", "2001:db8::fffe"],
        RecordType::Cname => ["leeward-trial.invalid.", "leeward-trial-2.invalid."],
        RecordType::Srv => ["0 0 9 leeward-trial.invalid.", "0 0 9 leeward-trial-2.invalid."],
        RecordType::Txt => ["leeward-trial", "leeward-trial-2"],
    };
    let [first, second] = texts;
    let text = if is_there(&rtype.normal(first)) { second } else { first };
    Ok(value::parse(rtype, text)?)
}
