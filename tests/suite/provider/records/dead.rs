//! A cluster that does not answer is told within its timeout, and why.

use super::ground::{declared, estate};
use crate::e2e;
use leeward::estate::{Cluster, Fault, FaultKind, Secret, Security};
use leeward::provider::LiveRecords;
use leeward::provider::records::{NewRecord, Records, Scan, Unsettled};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// What scanning, producing and reading positions give, each with the time that it took.
async fn all(cluster: Cluster) -> Vec<(Fault, Duration)> {
    let (address, estate) = estate("far", cluster);
    let records = LiveRecords::new(&estate);
    let mut faults = Vec::new();
    let begun = Instant::now();
    faults.push((records.scan(&Scan::topics(&address, ["t"])).await.err().unwrap(), begun.elapsed()));
    let begun = Instant::now();
    let produced = match records.producer(&address, None).await {
        Ok(mut producer) => producer.send(&[NewRecord::new("t", None, None)]).await.err().unwrap(),
        Err(fault) => fault,
    };
    faults.push((produced, begun.elapsed()));
    let begun = Instant::now();
    faults.push((records.producer(&address, Some("id")).await.err().unwrap(), begun.elapsed()));
    let begun = Instant::now();
    let partitions = [("t".to_owned(), 0)];
    let positions = records.positions(&address, "g", &partitions, Unsettled::Awaited);
    faults.push((positions.await.err().unwrap(), begun.elapsed()));
    faults
}

fn cluster(port: u16) -> Cluster {
    Cluster {
        bootstrap: vec![format!("127.0.0.1:{port}")],
        endpoint: None,
        security: Security::default(),
        timeout: Duration::from_secs(2),
    }
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    // Bound and given back: nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (fault, took) in all(cluster(port)).await {
        assert_eq!(fault.kind, FaultKind::Unreachable, "{fault}");
        assert!(fault.message.starts_with("far does not answer: "), "{fault}");
        assert!(fault.message.contains("Connection refused"), "{fault}");
        assert!(took < Duration::from_secs(3), "{took:?}");
    }
}

#[tokio::test]
async fn a_cluster_that_only_listens_is_given_up_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for (fault, took) in all(cluster(silent.local_addr().unwrap().port())).await {
        assert!(matches!(fault.kind, FaultKind::Timeout | FaultKind::Unreachable), "{fault:?}");
        assert!(took < Duration::from_secs(4), "{took:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_at_once_and_not_shown() {
    let Some(sandbox) = e2e::sasl_sandbox() else { return };
    let mut cluster = declared(&sandbox, "hangzhou");
    cluster.security.sasl.as_mut().unwrap().password = Secret::new("hunter2-is-wrong");
    for (fault, took) in all(cluster).await {
        assert_eq!(fault.kind, FaultKind::Unauthenticated, "{fault}");
        assert!(!fault.to_string().contains("hunter2"), "{fault}");
        assert!(took < Duration::from_secs(6), "{took:?}");
    }
}

#[tokio::test]
async fn a_cluster_that_is_not_declared_is_no_cluster() {
    let (_, estate) = estate("far", cluster(1));
    let records = LiveRecords::new(&estate);
    let other = leeward::estate::Address::new(leeward::estate::Kind::Cluster, "other");
    let fault = records.scan(&Scan::topics(&other, ["t"])).await.err().unwrap();
    assert_eq!(fault.kind, FaultKind::Invalid);
}
