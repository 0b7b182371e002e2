//! A small estate, built without the language: two clusters, a pair, two topics, a replication.

use leeward::estate::{
    Address, Cluster, Connect, Declared, Estate, Home, Kind, Lifecycle, Mechanism, MirrorMaker, Naming,
    OnRemove, Pair, Position, Protocol, Replication, Resource, Sasl, Secret, Security, Selector, Side, Tls,
    Topic, TopicOverride,
};
use std::collections::BTreeMap;
use std::time::Duration;

pub fn address(text: &str) -> Address {
    text.parse().unwrap()
}

pub fn declare(estate: &mut Estate, at: &str, after: &[&str], resource: Resource) {
    let declared = Declared {
        address: address(at),
        position: Position::default(),
        after: after.iter().map(|text| address(text)).collect(),
        lifecycle: Lifecycle::default(),
        resource,
    };
    estate.resources.insert(declared.address.clone(), declared);
}

pub fn cluster(bootstrap: &str) -> Cluster {
    let password = Secret::new("hunter2");
    Cluster {
        bootstrap: vec![bootstrap.into()],
        endpoint: None,
        security: Security {
            protocol: Protocol::SaslSsl,
            sasl: Some(Sasl {
                mechanism: Mechanism::ScramSha512,
                username: "leeward".into(),
                password,
                password_in_connect: None,
            }),
            tls: Tls::default(),
        },
        timeout: Duration::from_secs(5),
    }
}

pub fn topic(name: &str) -> Topic {
    Topic {
        name: name.into(),
        home: Home::Pair(address("pair.orders")),
        partitions: 6,
        replication_factor: 3,
        config: BTreeMap::from([("retention.ms".to_owned(), "1000".to_owned())]),
        overrides: BTreeMap::from([(
            Side::Secondary,
            TopicOverride {
                replication_factor: Some(1),
                config: BTreeMap::from([("retention.ms".to_owned(), "2000".to_owned())]),
            },
        )]),
        on_remove: OnRemove::Forget,
    }
}

pub fn replication(topics: &[&str], naming: Naming) -> Replication {
    let selectors = |texts: &[&str]| texts.iter().map(|text| Selector((*text).into())).collect();
    Replication {
        pair: address("pair.orders"),
        topics: selectors(topics),
        topics_exclude: Vec::new(),
        groups: selectors(&["billing"]),
        naming,
        mirror_maker: MirrorMaker::default(),
    }
}

pub fn pair(active: Side) -> Pair {
    Pair {
        primary: address("cluster.hangzhou"),
        secondary: address("cluster.shanghai"),
        active,
        endpoints: Vec::new(),
    }
}

/// hangzhou and shanghai with a Connect each, `pair.orders`, `topic.orders`, `topic.payments`.
pub fn estate(active: Side) -> Estate {
    let mut estate = Estate::default();
    let connect = |cluster: &str| Connect {
        urls: vec![format!("http://connect-{cluster}:8083")],
        cluster: address(&format!("cluster.{cluster}")),
        basic_auth: None,
        ca: None,
        timeout: Duration::from_secs(5),
    };
    for name in ["hangzhou", "shanghai"] {
        let at = format!("cluster.{name}");
        declare(&mut estate, &at, &[], Resource::Cluster(cluster(&format!("{name}:9092"))));
        declare(&mut estate, &format!("connect.{name}"), &[&at], Resource::Connect(connect(name)));
    }
    let sides = ["cluster.hangzhou", "cluster.shanghai"];
    declare(&mut estate, "pair.orders", &sides, Resource::Pair(pair(active)));
    declare(&mut estate, "topic.orders", &["pair.orders"], Resource::Topic(topic("orders")));
    declare(&mut estate, "topic.payments", &["pair.orders"], Resource::Topic(topic("payments.card")));
    assert!(estate.of_kind(Kind::Topic).count() == 2);
    estate
}
