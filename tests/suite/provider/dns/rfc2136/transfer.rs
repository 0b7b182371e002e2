//! Zone transfers from the real servers.

use crate::servers::bind::{Bind, Setup};
use crate::servers::knot::Knot;
use crate::servers::powerdns::PowerDns;
use crate::servers::proxy::{Fate, Proxy};
use crate::servers::zone::{KEY, LIMITED, TRANSFER, secret};
use hickory_proto::op::{Message, OpCode};
use hickory_proto::rr::rdata::{A, SOA};
use hickory_proto::rr::{Name, RData, Record};
use leeward::estate::RecordType;
use leeward::provider::dns::rfc2136::{Client, Key, UpdateFault};
use leeward::provider::dns::rrset::Rrset;
use leeward::provider::dns::value::name;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const WAIT: Duration = Duration::from_secs(5);

fn client(server: String, key: &str) -> Client {
    Client::new(server, Some(Key::new(key, "hmac-sha256", secret(key)).unwrap()), WAIT)
}

#[tokio::test]
async fn every_server_gives_its_whole_zone() {
    let (bind, knot, powerdns) = (Bind::start(), Knot::start(), PowerDns::start());
    for server in [bind.server(), knot.server(), powerdns.server()] {
        let records =
            client(server.clone(), TRANSFER).transfer(&name("example.test.").unwrap()).await.unwrap();
        assert_eq!(records.len(), 9, "{server}");
        let bootstrap = name("bootstrap.example.test.").unwrap();
        let set = Rrset::among(&records, &bootstrap, RecordType::Cname).unwrap();
        assert_eq!((set.ttl, set.values()), (30, BTreeSet::from(["east.example.test.".to_owned()])));
    }
}

#[tokio::test]
async fn a_transfer_of_many_messages_loses_no_record() {
    let mut records = String::new();
    for i in 0..20_000 {
        writeln!(records, "r{i} A 192.0.2.{}", i % 250).unwrap();
    }
    let bind = Bind::with(&Setup { records, ..Setup::default() });
    let got = client(bind.server(), KEY).transfer(&name("example.test.").unwrap()).await.unwrap();
    assert_eq!(got.len(), 20_009);
}

#[tokio::test]
async fn a_transfer_that_is_refused_or_cut_off_gives_no_record() {
    let (bind, knot) = (Bind::start(), Knot::start());
    let zone = name("example.test.").unwrap();
    for (server, key) in
        [(bind.server(), Some(LIMITED)), (knot.server(), Some(LIMITED)), (bind.server(), None)]
    {
        let client = key.map_or_else(|| Client::new(&server, None, WAIT), |key| client(server.clone(), key));
        let fault = client.transfer(&zone).await.unwrap_err();
        assert!(
            matches!(
                fault,
                UpdateFault::Denied { .. } | UpdateFault::KeyUnknown { .. } | UpdateFault::KeyMissing { .. }
            ),
            "{fault}"
        );
    }
    let cut = Proxy::start(bind.address, Fate::CutAnswer(60)).await;
    let fault = client(cut.address().to_string(), KEY).transfer(&zone).await.unwrap_err();
    assert!(matches!(fault, UpdateFault::Lost { .. }), "{fault}");
    let forged = Proxy::start(bind.address, Fate::Flip { byte: 40, mask: 1 }).await;
    let fault = client(forged.address().to_string(), KEY).transfer(&zone).await.unwrap_err();
    assert!(matches!(fault, UpdateFault::Unverified { .. } | UpdateFault::Lost { .. }), "{fault}");
}

/// A server that answers a transfer with these messages, each a list of zone file lines, and then closes.
async fn played(messages: &'static [&'static [&'static str]]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let length = stream.read_u16().await.unwrap();
        let mut request = vec![0; usize::from(length)];
        stream.read_exact(&mut request).await.unwrap();
        let id = u16::from_be_bytes([request[0], request[1]]);
        for records in messages {
            let mut message = Message::response(id, OpCode::Query);
            message.metadata.authoritative = true;
            message.add_answers(records.iter().map(|line| record(line)));
            let wire = message.to_vec().unwrap();
            stream.write_u16(u16::try_from(wire.len()).unwrap()).await.unwrap();
            stream.write_all(&wire).await.unwrap();
        }
    });
    address
}

/// `soa`, or the first label of a name with an address.
fn record(line: &str) -> Record {
    let zone = Name::from_ascii("example.test.").unwrap();
    if line == "soa" {
        let soa = SOA::new(zone.clone(), zone.clone(), 1, 2, 3, 4, 5);
        return Record::from_rdata(zone, 60, RData::SOA(soa));
    }
    let owner = zone.prepend_label(line).unwrap();
    Record::from_rdata(owner, 60, RData::A(A::new(192, 0, 2, 1)))
}

#[tokio::test]
async fn a_transfer_goes_from_the_first_soa_to_the_second_and_no_further() {
    let zone = name("example.test.").unwrap();
    let transfer = async |messages| Client::new(played(messages).await, None, WAIT).transfer(&zone).await;
    assert_eq!(transfer(&[&["soa", "a", "b", "soa"]]).await.unwrap().len(), 3);
    assert_eq!(transfer(&[&["soa"], &["a"], &[], &["b", "soa"]]).await.unwrap().len(), 3);
    for (messages, reason) in [
        (
            &[&["a", "soa"] as &[&str]] as &'static [&'static [&'static str]],
            "does not begin with the zone's SOA",
        ),
        (&[&["soa", "a", "soa", "b"]], "records stand behind the end of the transfer"),
        (&[&[]], "the transfer is empty"),
        (&[&["soa", "a"], &["b"]], "the connection was closed"),
    ] {
        let fault = transfer(messages).await.unwrap_err();
        assert!(matches!(&fault, UpdateFault::Lost { .. }) && fault.to_string().contains(reason), "{fault}");
    }
}
