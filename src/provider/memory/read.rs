//! Queries → readings.

use super::{MemoryCluster, MemoryConnect, MemoryDns, MemoryZone, World};
use crate::estate::{
    Address, Answer, AuthorityFacts, Carried, ConnectFacts, Connector, ConnectorState, Fault, FaultKind,
    FileObject, Mirror, Object, Query, Reading, RecordType, SecretRef, Seen, Setting, Trial, ZoneFacts,
};
use crate::provider::dns::rfc2136::TRANSFER_FROM;
use crate::provider::{Requests, kafka};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

/// Where all names lead to in the end (RFC 5737, for documentation).
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

impl World {
    pub(super) fn read(&self, query: &Query) -> Reading {
        if let Some(fault) = self.silence(query.place()) {
            return Reading::Unreachable(fault);
        }
        self.read_here(query).unwrap_or(Reading::Absent)
    }

    /// The reading of an object at a place that answers; none where the place is of the wrong sort.
    fn read_here(&self, query: &Query) -> Option<Reading> {
        Some(match query {
            Query::Cluster { cluster, topics, groups } => {
                Reading::Present(Object::Cluster(self.clusters.get(cluster)?.facts(*topics, *groups)))
            }
            Query::Topic { cluster, name, keys } => self.clusters.get(cluster)?.read_topic(name, keys),
            Query::Grants { cluster, bindings, .. } => self.clusters.get(cluster)?.read_grants(bindings),
            Query::Group { cluster, name } => self.clusters.get(cluster)?.read_group(name),
            Query::Ends { cluster, topic } => self.clusters.get(cluster)?.read_ends(topic),
            Query::Producers { cluster, topic } => self.clusters.get(cluster)?.read_producers(topic),
            Query::Connect { connect } => {
                Reading::Present(Object::Connect(self.connect_facts(self.connects.get(connect)?)))
            }
            Query::Connector { connect, name, secrets } => {
                let connector = self.connects.get(connect)?.connectors.get(name)?;
                Reading::Present(Object::Connector(observed(connector, secrets)))
            }
            Query::Carried { connect, connector } => carried(self.connects.get(connect)?, connector)?,
            Query::Zone { dns, zone } => zone_facts(self.dns.get(dns)?, zone),
            Query::File { path, .. } => {
                Reading::Present(Object::File(FileObject { text: self.files.get(path)?.clone() }))
            }
            Query::RecordSet { dns, zone, name, rtype } => self.dns.get(dns)?.read(zone, name, *rtype),
            Query::Answer { dns, server, name, rtype } => self.dns.get(dns)?.answer(server, name, *rtype),
            Query::Trial { dns, zone, .. } => self.dns.get(dns)?.trial(zone),
            Query::Reached { cluster, name, .. } => {
                Reading::Present(Object::Cluster(self.behind(cluster, name)?.facts(false, false)))
            }
        })
    }

    /// Counts the requests that the real providers would send for these queries.
    pub(super) fn count(&self, queries: &[Query], requests: &Requests) {
        let mut by_place = BTreeMap::<_, Vec<&Query>>::new();
        for query in queries {
            by_place.entry(query.place()).or_default().push(query);
        }
        for (place, queries) in by_place {
            if self.clusters.contains_key(place) {
                kafka::count_reads(&queries, requests);
            } else if let Some(connect) = self.connects.get(place) {
                connect.count(&queries, requests);
            } else if let Some(dns) = self.dns.get(place) {
                dns.count(&queries, requests);
            }
        }
    }

    /// The cluster that clients meet whose name leads to an endpoint; the one that is asked for if that can't be told.
    fn behind(&self, cluster: &Address, name: &str) -> Option<&MemoryCluster> {
        let name = RecordType::Cname.normal(name);
        let zones = self.dns.values().flat_map(|dns| dns.zones.values());
        let mut sets = zones.flat_map(|zone| &zone.records).filter(|((owner, _), _)| *owner == name);
        let led = sets.find_map(|(_, set)| set.values.iter().find_map(|value| self.endpoints.get(value)));
        self.clusters.get(led.unwrap_or(cluster))
    }

    fn connect_facts(&self, connect: &MemoryConnect) -> ConnectFacts {
        let cluster = self.clusters.get(&connect.cluster);
        let plugins = ["MirrorCheckpointConnector", "MirrorHeartbeatConnector", "MirrorSourceConnector"];
        let class = |name| format!("org.apache.kafka.connect.mirror.{name}");
        ConnectFacts {
            version: connect.version.clone(),
            kafka_cluster_id: cluster.map(|cluster| cluster.cluster_id.clone()).unwrap_or_default(),
            plugins: plugins.into_iter().map(|name| (class(name), connect.version.clone())).collect(),
            mirrors: connect
                .connectors
                .iter()
                .filter_map(|(name, connector)| Some((name.clone(), mirror(connector)?)))
                .collect(),
        }
    }
}

impl MemoryConnect {
    /// All connectors in one request, and their names where one is missing: the answer leaves out what was just made.
    fn count(&self, queries: &[&Query], requests: &Requests) {
        requests.note("GET /connectors?expand", 1);
        let missing = |query: &&&Query| match query {
            Query::Connector { name, .. } => !self.connectors.contains_key(name),
            _ => false,
        };
        if queries.iter().any(|query| missing(&query)) {
            requests.note("GET /connectors", 1);
        }
        if queries.iter().any(|query| matches!(query, Query::Connect { .. })) {
            requests.note("GET /", 1);
            requests.note("GET /connector-plugins", 1);
        }
    }
}

fn plain<'a>(connector: &'a Connector, key: &str) -> Option<&'a str> {
    match connector.config.get(key)? {
        Setting::Plain(value) => Some(value),
        Setting::Secret(_) | Setting::OtherSecret => None,
    }
}

/// What a connector is as a mirror, if it is one.
fn mirror(connector: &Connector) -> Option<Mirror> {
    plain(connector, "connector.class").filter(|class| class.ends_with("MirrorSourceConnector"))?;
    let text = |key| plain(connector, key).unwrap_or_default().to_owned();
    Some(Mirror {
        source: text("source.cluster.alias"),
        target: text("target.cluster.alias"),
        topics: text("topics"),
        identity: text("replication.policy.class").ends_with("IdentityReplicationPolicy"),
        active: connector.state != ConnectorState::Stopped,
    })
}

/// As Connect would show it: a secret is the one asked for, or another one.
fn observed(connector: &Connector, secrets: &[(String, SecretRef)]) -> Connector {
    let mut observed = connector.clone();
    for (key, setting) in &mut observed.config {
        let asked = secrets.iter().find(|(asked, _)| asked == key).map(|(_, reference)| reference);
        *setting = match (asked, &*setting) {
            (Some(reference), Setting::Secret(held)) if held == reference => Setting::Secret(held.clone()),
            (Some(_), _) | (None, Setting::Secret(_)) => Setting::OtherSecret,
            (None, other) => other.clone(),
        };
    }
    observed
}

impl MemoryDns {
    /// Each authority is asked for the whole zone, or for each of a few sets.
    fn count(&self, queries: &[&Query], requests: &Requests) {
        let mut sets = BTreeMap::<&str, usize>::new();
        for query in queries {
            match query {
                Query::RecordSet { zone, .. } => *sets.entry(zone).or_default() += 1,
                Query::Answer { .. } => requests.note("QUERY", 1),
                Query::Trial { .. } => {
                    requests.note("QUERY", 1);
                    requests.note("UPDATE", 1);
                }
                // Each authority, and whether the service knows the key.
                _ => (0..=self.authorities.len()).for_each(|_| requests.note("SOA", 1)),
            }
        }
        for asked in sets.into_values().flat_map(|sets| self.authorities.iter().map(move |_| sets)) {
            match asked < TRANSFER_FROM {
                true => (0..asked).for_each(|_| requests.note("QUERY", 1)),
                false => requests.note("AXFR", asked),
            }
        }
    }

    /// What a server answers to a client: a resolver gives what it keeps as long as it keeps it.
    pub(super) fn answer(&self, server: &str, name: &str, rtype: RecordType) -> Reading {
        let known = self.authorities.iter().chain(&self.resolvers).any(|known| known == server);
        if !known || self.silent.contains(server) {
            return Reading::Unreachable(Fault::new(FaultKind::Timeout, format!("{server} does not answer")));
        }
        let served = |rtype| {
            let key = (server.to_owned(), name.to_owned(), rtype);
            let held = |zone: &MemoryZone| zone.records.get(&(name.to_owned(), rtype)).cloned();
            self.kept.get(&key).cloned().or_else(|| self.zones.values().find_map(held))
        };
        let of_any = RecordType::ALL.into_iter().find_map(served);
        let set = served(rtype);
        Reading::Present(Object::Answer(Answer {
            ttl: set.as_ref().map_or(0, |set| set.ttl),
            values: set.map(|set| set.values).unwrap_or_default(),
            addresses: of_any.map(|_| NOWHERE).into_iter().collect(),
            beyond: None,
        }))
    }

    pub(super) fn trial(&self, zone: &str) -> Reading {
        if !self.zones.contains_key(zone) {
            return Reading::Unreachable(no_zone(zone));
        }
        let tried = "the server took an update that changes nothing".to_owned();
        Reading::Present(Object::Trial(Trial { tried, refusal: self.refusal.clone() }))
    }

    pub(super) fn read(&self, zone: &str, name: &str, rtype: RecordType) -> Reading {
        let Some(held) = self.zones.get(zone) else { return Reading::Unreachable(no_zone(zone)) };
        let Some(set) = held.records.get(&(name.to_owned(), rtype)) else { return Reading::Absent };
        let seen = |authority: &String| Seen {
            authority: authority.clone(),
            values: Some(set.values.clone()),
            fault: None,
        };
        let mut set = set.clone();
        set.seen = self.authorities.iter().map(seen).collect();
        Reading::Present(Object::RecordSet(set))
    }
}

/// How far a connector has carried; none if there is no such connector, whose offsets nobody can ask for then.
fn carried(connect: &MemoryConnect, connector: &str) -> Option<Reading> {
    connect.connectors.get(connector)?;
    let topics = connect.offsets.get(connector).into_iter().flatten();
    let next = topics.map(|(topic, next)| (topic.clone(), (0i32..).zip(next.iter().copied()).collect()));
    Some(Reading::Present(Object::Carried(Carried { next: next.collect() })))
}

fn zone_facts(dns: &MemoryDns, zone: &str) -> Reading {
    let serial = dns.zones.get(zone).map(|zone| zone.serial);
    let facts = |authority: &String| AuthorityFacts {
        authority: authority.clone(),
        serial,
        fault: serial.is_none().then(|| no_zone(zone).message),
    };
    let authorities = dns.authorities.iter().map(facts).collect();
    Reading::Present(Object::Zone(ZoneFacts { transferred: serial.is_some(), authorities, refusal: None }))
}

pub(super) fn no_zone(zone: &str) -> Fault {
    Fault::new(FaultKind::Denied, format!("the server is not an authority of the zone {zone}"))
        .hint("check the zone's name, and that the server serves it")
}
