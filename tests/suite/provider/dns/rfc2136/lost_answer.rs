//! A proxy between leeward and the server: answers that are cut off, changed or never come.

use crate::servers::bind::Bind;
use crate::servers::probe;
use crate::servers::proxy::{Fate, Proxy};
use crate::servers::zone::{KEY, secret};
use leeward::estate::{RecordSet, RecordType};
use leeward::provider::dns::rfc2136::{Client, Key, Swap, UpdateFault, Verdict, update};
use leeward::provider::dns::rrset::Rrset;
use leeward::provider::dns::value;
use std::time::Duration;

const BOOTSTRAP: &str = "bootstrap.example.test.";

fn cname(target: &str) -> Rrset {
    let values = [target.to_owned()].into();
    Rrset::of(BOOTSTRAP, RecordType::Cname, &RecordSet { ttl: 30, values, seen: Vec::new() }).unwrap()
}

async fn through(proxy: std::net::SocketAddr) -> Result<Verdict, UpdateFault> {
    let key = Key::new(KEY, "hmac-sha256", secret(KEY)).unwrap();
    let client = Client::new(proxy.to_string(), Some(key), Duration::from_secs(2));
    let (east, west) = (cname("east.example.test."), cname("west.example.test."));
    let (name, rtype) = (east.name.clone(), east.rtype);
    let zone = value::name("example.test.").unwrap();
    let swap = Swap { name, rtype, expected: Some(east), wanted: Some(west) };
    client.update(&zone, update(&zone, &[swap])).await
}

#[tokio::test]
async fn an_answer_that_is_lost_leaves_the_outcome_open_though_it_was_applied() {
    for (fate, reason) in [
        (Fate::DropAnswer, "the connection was closed"),
        (Fate::CutAnswer(20), "the connection was closed"),
        (Fate::Hang, "no answer within 2.0 s"),
    ] {
        let bind = Bind::start();
        let proxy = Proxy::start(bind.address, fate).await;
        let fault = through(proxy.address()).await.unwrap_err();
        assert!(fault.may_have_happened());
        assert_eq!(
            fault.to_string(),
            format!("{} took the request, but its answer was lost: {reason}", proxy.address())
        );
        assert_eq!(
            probe::values(bind.address, BOOTSTRAP, hickory_proto::rr::RecordType::CNAME),
            ["west.example.test."]
        );
    }
}

#[tokio::test]
async fn a_success_that_somebody_changed_on_the_way_is_not_believed() {
    let bind = Bind::start();
    // Byte 3 of the message holds the code: NOERROR becomes YXRRSET, under the old signature.
    let proxy = Proxy::start(bind.address, Fate::Flip { byte: 3, mask: 7 }).await;
    let fault = through(proxy.address()).await.unwrap_err();
    assert!(matches!(&fault, UpdateFault::Unverified { answer, .. } if answer == "YXRRSET"), "{fault}");
    assert!(fault.may_have_happened());
}

#[tokio::test]
async fn no_changed_byte_of_an_answer_changes_what_is_believed() {
    let bind = Bind::start();
    let intact = Proxy::start(bind.address, Fate::Pass).await;
    assert_eq!(through(intact.address()).await, Ok(Verdict::Accepted));
    let stale = through(intact.address()).await;
    assert!(matches!(stale, Ok(Verdict::Moved(_))), "{stale:?}");
    // The answer has some 130 bytes: header, question and signature. Class and TTL of the signature's record mean
    // nothing (RFC 8945, section 4.2) and may differ; everything else is found out.
    let mut unnoticed = 0;
    for byte in 0..120 {
        let proxy = Proxy::start(bind.address, Fate::Flip { byte, mask: 1 << (byte % 8) }).await;
        let believed = through(proxy.address()).await;
        assert!(believed.is_err() || believed == stale, "byte {byte}: {believed:?}");
        unnoticed += usize::from(believed.is_ok());
    }
    assert!(unnoticed <= 6, "{unnoticed} changes were not noticed");
}

#[tokio::test]
async fn an_unreachable_server_was_sent_nothing() {
    let nobody = crate::servers::port::free("127.0.0.1");
    let fault = through(nobody).await.unwrap_err();
    assert!(!fault.may_have_happened());
    assert!(fault.to_string().contains("can't be reached: Connection refused"), "{fault}");
}

#[tokio::test]
async fn a_hung_server_is_not_waited_for_for_ever() {
    let bind = Bind::start();
    bind.process.signal("STOP");
    let proxy = Proxy::start(bind.address, Fate::Pass).await;
    let fault = through(proxy.address()).await.unwrap_err();
    bind.process.signal("CONT");
    assert!(matches!(fault, UpdateFault::Lost { .. }), "{fault}");
}
