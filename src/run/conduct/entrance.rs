//! The way of a client that comes by a name.

use super::Conduct;
use crate::estate::{
    Address, Answer, ClusterFacts, Entrance, Fault, FaultKind, Object, ObjectId, Query, Reading, RecordType,
    What,
};
use std::net::{IpAddr, SocketAddr};

/// A client that came by a name.
pub(super) struct Entered {
    /// The brokers that it is told to go on with, `host:port`.
    pub brokers: Vec<String>,
    /// The way in words.
    pub way: String,
}

/// What a name leads to, and who said so.
struct Led {
    addresses: Vec<IpAddr>,
    /// `resolver 127.0.0.1:5353`.
    by: String,
}

impl Conduct<'_> {
    /// Looks a name up as a client does, asks the broker behind it for its cluster, and sees that it is this one.
    pub(super) async fn enter(&self, cluster: &Address, entrance: &Entrance) -> Result<Entered, Fault> {
        let name = entrance.name();
        let led = self.led(entrance).await?;
        let addresses: Vec<SocketAddr> = (led.addresses.iter())
            .flat_map(|address| entrance.ports.iter().map(|port| SocketAddr::new(*address, *port)))
            .collect();
        let shown = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let way = format!("through {name} ({} → {shown})", led.by);
        let reached = Query::Reached { cluster: cluster.clone(), name: name.to_owned(), addresses };
        let there = self.cluster(reached).await.map_err(|fault| along(&way, fault))?;
        let declared = Query::Cluster { cluster: cluster.clone(), topics: false, groups: false };
        let wanted = self.cluster(declared).await?;
        if there.cluster_id != wanted.cluster_id {
            let message = format!(
                "{way}: that is cluster {}, and {} is {}: clients would not come to where they belong",
                there.cluster_id, cluster.name, wanted.cluster_id
            );
            return Err(Fault::new(FaultKind::Conflict, message)
                .hint("see what the record leads to, and whether whoever answered keeps an old answer"));
        }
        let brokers = there.brokers.iter().map(|broker| broker.advertised.clone()).collect();
        Ok(Entered { brokers, way: format!("{way} to cluster {}", there.cluster_id) })
    }

    async fn cluster(&self, query: Query) -> Result<ClusterFacts, Fault> {
        let id = query.id();
        match self.read(&[query]).await?.remove(&id) {
            Some(Object::Cluster(facts)) => Ok(facts),
            _ => Err(Fault::new(FaultKind::Internal, format!("{id} says nothing of its cluster"))),
        }
    }

    /// The addresses that the first server gives: resolvers first, as clients ask them, then those that have the name.
    async fn led(&self, entrance: &Entrance) -> Result<Led, Fault> {
        let resolvers = entrance.resolvers.iter().map(|server| ("resolver", server));
        let authorities = entrance.authorities.iter().map(|server| ("authority", server));
        let mut silent = Vec::new();
        for (sort, server) in resolvers.chain(authorities) {
            match self.looked_up(entrance, server).await {
                Ok(answer) if answer.addresses.is_empty() => {
                    let message = format!("{} has no address, says {sort} {server}", entrance.name());
                    return Err(Fault::new(FaultKind::Conflict, message)
                        .hint("is the endpoint that the record leads to a name with an address?"));
                }
                Ok(answer) => {
                    let beyond = answer.beyond.map_or_else(String::new, |alias| {
                        format!(", {} by the system's resolver", alias.trim_end_matches('.'))
                    });
                    return Ok(Led { addresses: answer.addresses, by: format!("{sort} {server}{beyond}") });
                }
                Err(fault) => silent.push(fault.message),
            }
        }
        let message = format!("nobody says what {} leads to: {}", entrance.name(), silent.join("; "));
        Err(Fault::new(FaultKind::Unreachable, message))
    }

    /// What one server says of the name's addresses, of whichever sort there are.
    async fn looked_up(&self, entrance: &Entrance, server: &str) -> Result<Answer, Fault> {
        let mut last = Answer::default();
        for rtype in types(&entrance.record) {
            let (dns, name) = (entrance.record.place.clone(), format!("{}.", entrance.name()));
            let query = Query::Answer { dns, server: server.to_owned(), name, rtype };
            match self.world.objects.read(&[query]).await.pop() {
                Some(Reading::Present(Object::Answer(answer))) if !answer.addresses.is_empty() => {
                    return Ok(answer);
                }
                Some(Reading::Present(Object::Answer(answer))) => last = answer,
                Some(Reading::Unreachable(fault)) => return Err(fault),
                _ => return Err(Fault::new(FaultKind::Internal, format!("{server} gave no answer"))),
            }
        }
        Ok(last)
    }
}

/// The types of address that a record set can lead to.
fn types(record: &ObjectId) -> Vec<RecordType> {
    match &record.what {
        What::RecordSet { rtype: rtype @ (RecordType::A | RecordType::Aaaa), .. } => vec![*rtype],
        _ => vec![RecordType::A, RecordType::Aaaa],
    }
}

fn along(way: &str, fault: Fault) -> Fault {
    Fault { message: format!("{way}: {}", fault.message), ..fault }
}
