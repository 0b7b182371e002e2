//! Zone transfers from the real servers.

use crate::servers::bind::{Bind, Setup};
use crate::servers::knot::Knot;
use crate::servers::powerdns::PowerDns;
use crate::servers::proxy::{Fate, Proxy};
use crate::servers::zone::{KEY, LIMITED, TRANSFER, secret};
use leeward::estate::RecordType;
use leeward::provider::dns::rfc2136::{Client, Key, UpdateFault};
use leeward::provider::dns::rrset::Rrset;
use leeward::provider::dns::value::name;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

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
