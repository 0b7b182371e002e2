//! What a person reads when a cluster is silent, or says no.

use crate::e2e::{sandbox, sasl_sandbox, unique};
use crate::estate::sample::{address, declare};
use crate::provider::contract::topic;
use crate::provider::stage::{cluster, cluster_at, failed, sandbox_estate};
use crate::servers::gate::Gate;
use leeward::estate::{
    Address, Change, Cluster, Fault, FaultKind, Mechanism, Object, ObjectId, Outcome, Protocol, Query,
    Reading, Resource, Verb,
};
use leeward::provider::kafka::Kafka;
use leeward::provider::{Live, Provider};
use leeward::sandbox::User;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

const TIMEOUT: Duration = Duration::from_millis(900);

fn impatient(bootstrap: Vec<String>, user: Option<&User>) -> Cluster {
    Cluster { timeout: TIMEOUT, ..cluster_at(bootstrap, user) }
}

fn facts() -> Query {
    Query::Cluster { cluster: cluster(), topics: false, groups: false }
}

async fn unreachable(declared: &Cluster) -> Fault {
    let kafka = Kafka::new(&cluster(), declared);
    let query = Query::Topic { cluster: cluster(), name: "orders".into(), keys: Arc::default() };
    let mut readings = kafka.read(&[&facts(), &query]).await;
    assert_eq!(readings[0], readings[1], "the whole place is silent");
    match readings.remove(0) {
        Reading::Unreachable(fault) => fault,
        other => panic!("{other:?}"),
    }
}

/// A server that takes connections and never says a word, as a stopped process does.
async fn mute() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

#[tokio::test]
async fn a_cluster_that_hangs_is_given_up_within_its_timeout() {
    let (_listener, address) = mute().await;
    let started = Instant::now();
    let fault = unreachable(&impatient(vec![address.clone()], None)).await;
    let took = started.elapsed();
    assert!(took < TIMEOUT + Duration::from_millis(400), "{took:?}");
    assert!(matches!(fault.kind, FaultKind::Unreachable | FaultKind::Timeout), "{fault:?}");
    assert!(fault.message.contains("hangzhou") && fault.hint.is_some(), "{fault}");
}

#[tokio::test]
async fn one_bootstrap_server_that_hangs_does_not_matter() {
    let Some(sandbox) = sandbox() else { return };
    let (_listener, address) = mute().await;
    let bootstrap = [vec![address], sandbox.cluster("hangzhou").unwrap().bootstrap()].concat();
    let kafka = Kafka::new(&cluster(), &cluster_at(bootstrap, None));
    let readings = kafka.read(&[&facts()]).await;
    assert!(matches!(readings[0], Reading::Present(_)), "{readings:?}");
}

#[tokio::test]
async fn a_cluster_that_falls_silent_is_given_up_and_taken_up_again() {
    let Some(sandbox) = sandbox() else { return };
    let gate = Gate::before(&sandbox.cluster("hangzhou").unwrap().bootstrap()[0], None).await;
    let kafka = Kafka::new(&cluster(), &impatient(vec![gate.address()], None));
    let create = Change {
        id: ObjectId::topic(&cluster(), unique("silence")),
        verb: Verb::Create(Object::Topic(topic(1, &[]))),
    };
    assert!(matches!(kafka.read(&[&facts()]).await[0], Reading::Present(_)));
    gate.shut(true);
    let started = Instant::now();
    let reading = kafka.read(&[&facts()]).await.remove(0);
    let took = started.elapsed();
    let Reading::Unreachable(fault) = reading else { panic!("{reading:?}") };
    assert!(took < TIMEOUT + Duration::from_millis(600), "{took:?}");
    assert!(fault.message.contains("hangzhou") && fault.hint.is_some(), "{fault}");
    let outcome = kafka.change(&[&create]).await.remove(0);
    assert!(matches!(outcome, Outcome::Unknown(_) | Outcome::Failed(_)), "it can't know: {outcome:?}");
    gate.shut(false);
    let again = async {
        loop {
            let reading = kafka.read(&[&facts()]).await.remove(0);
            if matches!(reading, Reading::Present(_)) {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), again).await.unwrap();
}

#[tokio::test]
async fn the_other_cluster_is_read_all_the_same() {
    let Some(sandbox) = sandbox() else { return };
    let (_listener, mute) = mute().await;
    let mut estate = sandbox_estate(&sandbox);
    let silent = address("cluster.silent");
    declare(&mut estate, "cluster.silent", &[], Resource::Cluster(impatient(vec![mute], None)));
    let of = |cluster: &Address| Query::Cluster { cluster: cluster.clone(), topics: false, groups: false };
    let started = Instant::now();
    let readings = Live::new(&estate).read(&[of(&silent), of(&cluster())]).await;
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    assert!(matches!(&readings[0], Reading::Unreachable(fault) if fault.message.contains("silent")));
    assert!(matches!(readings[1], Reading::Present(_)), "{readings:?}");
}

#[tokio::test]
async fn a_closed_port_says_so_at_once_and_names_it() {
    let (listener, address) = mute().await;
    drop(listener);
    let started = Instant::now();
    let fault = unreachable(&impatient(vec![address.clone()], None)).await;
    assert!(started.elapsed() < TIMEOUT);
    assert_eq!(fault.kind, FaultKind::Unreachable);
    assert!(fault.message.contains(&address), "{fault}");
}

#[tokio::test]
async fn what_speaks_another_protocol_is_no_cluster() {
    let Some(sandbox) = sandbox() else { return };
    let url = sandbox.cluster("hangzhou").unwrap().connect_url();
    let address = url.trim_start_matches("http://").to_owned();
    unreachable(&impatient(vec![address], None)).await;
}

#[tokio::test]
async fn a_wrong_password_is_said_and_not_shown() {
    let Some(sandbox) = sasl_sandbox() else { return };
    let admin = sandbox.layout().sasl.as_ref().unwrap().admin.clone();
    let bootstrap = sandbox.cluster("hangzhou").unwrap().bootstrap();
    let wrong = User { password: "not-the-password".into(), ..admin.clone() };
    let plain = {
        let mut declared = cluster_at(bootstrap.clone(), Some(&admin));
        declared.security.sasl.as_mut().unwrap().mechanism = Mechanism::Plain;
        declared
    };
    for declared in [cluster_at(bootstrap, Some(&wrong)), plain] {
        let fault = unreachable(&declared).await;
        assert_eq!(fault.kind, FaultKind::Unauthenticated, "{fault}");
        let said = format!("{fault} {fault:?}");
        assert!(!said.contains("not-the-password") && !said.contains(&admin.password), "{said}");
    }
}

#[tokio::test]
async fn a_protocol_that_needs_a_password_wants_one() {
    let mut declared = impatient(vec!["127.0.0.1:1".into()], None);
    declared.security.protocol = Protocol::SaslPlaintext;
    let fault = unreachable(&declared).await;
    assert_eq!(fault.kind, FaultKind::Invalid);
    assert!(fault.message.contains("SASL_PLAINTEXT needs a user name and a password"), "{fault}");
}

#[tokio::test]
async fn what_a_user_may_not_see_is_denied_and_never_absent() {
    let Some(sandbox) = sasl_sandbox() else { return };
    let sasl = sandbox.layout().sasl.as_ref().unwrap();
    let bootstrap = sandbox.cluster("hangzhou").unwrap().bootstrap();
    let admin = Kafka::new(&cluster(), &cluster_at(bootstrap.clone(), Some(&sasl.admin)));
    let name = unique("denied");
    let id = ObjectId::topic(&cluster(), &name);
    let create = Change { id, verb: Verb::Create(Object::Topic(topic(1, &[]))) };
    assert_eq!(admin.change(&[&create]).await, [Outcome::Done(())]);

    let application = Kafka::new(&cluster(), &cluster_at(bootstrap, Some(&sasl.application)));
    let keys = Arc::new(["retention.ms".to_owned()].into());
    let queries = [
        Query::Topic { cluster: cluster(), name: name.clone(), keys },
        Query::Ends { cluster: cluster(), topic: name },
    ];
    for reading in application.read(&queries.iter().collect::<Vec<_>>()).await {
        let Reading::Unreachable(fault) = reading else { panic!("{reading:?}") };
        assert_eq!(fault.kind, FaultKind::Denied, "{fault}");
        assert!(fault.hint.is_some(), "{fault}");
    }
    let fault = failed(application.change(&[&create]).await.remove(0));
    assert_eq!(fault.kind, FaultKind::Denied, "{fault}");
}
