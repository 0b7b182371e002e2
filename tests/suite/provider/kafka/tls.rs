//! Encrypted clusters: whose certificate is believed, and what is said when it is not.

use crate::e2e::sandbox;
use crate::provider::stage::{cluster, cluster_at};
use crate::servers::gate::{Certificate, Gate};
use leeward::estate::{Cluster, Fault, FaultKind, Object, Protocol, Query, Reading};
use leeward::provider::kafka::Kafka;
use std::process::Command;

fn encrypted(bootstrap: String, ca: Option<&str>) -> Cluster {
    let mut cluster = cluster_at(vec![bootstrap], None);
    cluster.security.protocol = Protocol::Ssl;
    cluster.security.tls.ca = ca.map(Into::into);
    cluster
}

async fn read(declared: &Cluster) -> Reading {
    let facts = Query::Cluster { cluster: cluster(), topics: false, groups: false };
    Kafka::new(&cluster(), declared).read(&[&facts]).await.remove(0)
}

async fn refused(declared: &Cluster) -> Fault {
    match read(declared).await {
        Reading::Unreachable(fault) => fault,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_authority_of_ones_own_is_believed_and_no_other() {
    let Some(sandbox) = sandbox() else { return };
    let broker = sandbox.cluster("hangzhou").unwrap().bootstrap().remove(0);
    let (ours, another) = (Certificate::new(), Certificate::new());
    let gate = Gate::before(&broker, Some(&ours)).await;
    let reading = read(&encrypted(gate.address(), Some(&ours.ca))).await;
    assert!(matches!(reading, Reading::Present(_)), "{reading:?}");
    for ca in [Some(&*another.ca), None] {
        let fault = refused(&encrypted(gate.address(), ca)).await;
        assert_eq!(fault.kind, FaultKind::Unauthenticated, "{fault}");
        assert!(fault.message.contains("hangzhou") && fault.message.contains("certificate"), "{fault}");
        assert!(fault.hint.as_ref().is_some_and(|hint| hint.contains("security.tls.ca")), "{fault}");
    }
}

#[tokio::test]
async fn what_is_not_encrypted_is_said_to_be_so() {
    let Some(sandbox) = sandbox() else { return };
    let broker = sandbox.cluster("hangzhou").unwrap().bootstrap().remove(0);
    let fault = refused(&encrypted(broker, None)).await;
    assert!(fault.message.contains("hangzhou") && fault.hint.is_some(), "{fault}");
    let gate_of_tls =
        Gate::before(&sandbox.cluster("hangzhou").unwrap().bootstrap()[0], Some(&Certificate::new())).await;
    let fault = refused(&cluster_at(vec![gate_of_tls.address()], None)).await;
    assert!(fault.message.contains("hangzhou") && fault.hint.is_some(), "{fault}");
}

/// Without `security.tls.ca` the system's authorities count, where OpenSSL and its likes look for them.
#[tokio::test(flavor = "multi_thread")]
async fn the_authorities_of_the_system_are_believed() {
    let Some(sandbox) = sandbox() else { return };
    let broker = sandbox.cluster("hangzhou").unwrap().bootstrap().remove(0);
    let certificate = Certificate::new();
    let gate = Gate::before(&broker, Some(&certificate)).await;
    let folder = tempfile::tempdir().unwrap();
    let estate = format!(
        r#"
        cluster "hangzhou" {{
          bootstrap = ["{}"]
          security {{ protocol = "SSL" }}
        }}
        topic "orders" {{
          cluster            = cluster.hangzhou
          name               = "tls-never-made"
          partitions         = 1
          replication_factor = 1
        }}
        "#,
        gate.address()
    );
    std::fs::write(folder.path().join("main.hcl"), estate).unwrap();
    std::fs::write(folder.path().join("ca.pem"), &certificate.ca).unwrap();
    let plan = |ca: &str| {
        let mut leeward = Command::new(env!("CARGO_BIN_EXE_leeward"));
        leeward.arg("plan").current_dir(folder.path()).env("NO_COLOR", "1").env_remove("SSL_CERT_DIR");
        leeward.env("SSL_CERT_FILE", folder.path().join(ca));
        let output = tokio::task::block_in_place(|| leeward.output()).unwrap();
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat()
    };
    let known = plan("ca.pem");
    assert!(known.contains("1 to add"), "{known}");
    std::fs::write(folder.path().join("other.pem"), Certificate::new().ca).unwrap();
    let unknown = plan("other.pem");
    assert!(unknown.contains("certificate") && !unknown.contains("1 to add"), "{unknown}");
}

async fn reached(declared: &Cluster, name: &str, at: &[String]) -> Reading {
    let addresses = at.iter().map(|address| address.parse().unwrap()).collect();
    let query = Query::Reached { cluster: cluster(), name: name.into(), addresses };
    Kafka::new(&cluster(), declared).read(&[&query]).await.remove(0)
}

/// The certificate is for 127.0.0.1 and localhost: whoever comes by another name does not get in.
#[tokio::test]
async fn a_client_that_comes_by_a_name_wants_it_in_the_certificate() {
    let Some(sandbox) = sandbox() else { return };
    let broker = sandbox.cluster("hangzhou").unwrap().bootstrap().remove(0);
    let (certificate, dead) = (Certificate::new(), "127.0.0.1:1".to_owned());
    let gate = Gate::before(&broker, Some(&certificate)).await;
    let declared = encrypted(gate.address(), Some(&certificate.ca));
    let met = reached(&declared, "localhost", &[dead.clone(), gate.address()]).await;
    let Reading::Present(Object::Cluster(facts)) = met else { panic!("{met:?}") };
    let Reading::Present(Object::Cluster(wanted)) = read(&declared).await else { panic!("no cluster") };
    assert_eq!(facts.cluster_id, wanted.cluster_id);
    assert_eq!(facts.brokers, wanted.brokers);

    let Reading::Unreachable(fault) = reached(&declared, "kafka.example.test", &[gate.address()]).await
    else {
        panic!("it is let in")
    };
    assert_eq!(fault.kind, FaultKind::Unauthenticated, "{fault}");
    assert!(fault.message.contains(&gate.address()) && fault.message.contains("certificate"), "{fault}");
    assert!(fault.hint.as_ref().is_some_and(|hint| hint.contains("subject alternative name")), "{fault}");

    let Reading::Unreachable(fault) = reached(&declared, "localhost", std::slice::from_ref(&dead)).await
    else {
        panic!("nothing listens there")
    };
    assert_eq!(fault.kind, FaultKind::Unreachable, "{fault}");
    assert!(fault.message.contains(&dead) && !fault.message.contains("SOCKS"), "{fault}");
}
