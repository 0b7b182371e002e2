//! The cluster that a client meets that comes by a name.

use super::broker::Broker;
use super::relay::Relay;
use super::{Kafka, fault};
use crate::estate::{self, ClusterFacts, Fault, FaultKind, Object, Reading};
use krafka::__private::network::{BrokerConnection, ConnectionConfig, ProxyConfig};
use krafka::KrafkaError;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

impl Kafka {
    /// What the first of the addresses that answers says of its cluster, to a client that was given `name`: a certificate has to hold
    /// that name, as for every client that verifies it.
    pub(super) async fn reached(&self, name: &str, addresses: &[SocketAddr]) -> Reading {
        let mut last = Fault::new(FaultKind::Unreachable, format!("{name} leads to no address"));
        for address in addresses {
            match tokio::time::timeout(self.timeout(), self.met(name, *address)).await {
                Ok(Ok(facts)) => return Reading::Present(Object::Cluster(facts)),
                Ok(Err(fault)) => last = fault,
                Err(_) => {
                    let message = format!("{address} does not answer in time");
                    last = Fault::new(FaultKind::Timeout, message);
                }
            }
        }
        Reading::Unreachable(last)
    }

    async fn met(&self, name: &str, address: SocketAddr) -> Result<ClusterFacts, Fault> {
        let told = |error: &KrafkaError| {
            let fault = fault::of(name, "ask what it leads to", error);
            let said = fault.message.trim_start_matches("no broker of ").to_owned();
            let message = format!("clients that come by this name can't begin at {address}: {said}");
            let hint = match &error {
                KrafkaError::Auth { .. } if said.contains("certificate") => Some(
                    "a broker's certificate has to hold every name that clients begin with, as a subject alternative name".into(),
                ),
                _ => fault.hint,
            };
            Fault { message, hint, ..fault }
        };
        // A proxy's refusal would say less of why.
        TcpStream::connect(address).await.map_err(|error| told(&KrafkaError::network(error)))?;
        // The client library looks names up by itself, and takes a certificate's name from what it was told to connect to.
        let relay = Relay::to(address).await.map_err(|error| told(&KrafkaError::network(error)))?;
        let config = self.config(&relay).map_err(|error| told(&error))?;
        self.requests().note("Metadata", 1);
        let connection = BrokerConnection::connect(&format!("{name}:{}", address.port()), config).await;
        let broker = Broker::new(Arc::new(connection.map_err(|error| told(&error))?));
        broker.cluster().await.map_err(|error| told(&error))
    }

    fn config(&self, relay: &Relay) -> krafka::Result<ConnectionConfig> {
        let request = (self.timeout() / 2).max(Duration::from_millis(100));
        ConnectionConfig::builder()
            .client_id("leeward")
            .request_timeout(request)
            .connect_timeout(request)
            .auth(self.auth()?)
            .proxy(ProxyConfig::new(relay.address().to_string()))
            .build()
    }
}

impl Broker {
    /// The cluster as this broker has it.
    async fn cluster(&self) -> krafka::Result<ClusterFacts> {
        let metadata = self.no_topics().await?;
        let mut brokers: Vec<estate::Broker> = metadata
            .brokers
            .into_iter()
            .map(|broker| estate::Broker {
                id: broker.node_id,
                advertised: format!("{}:{}", broker.host, broker.port),
                rack: broker.rack,
            })
            .collect();
        brokers.sort_by_key(|broker| broker.id);
        let cluster_id = metadata.cluster_id.unwrap_or_default();
        Ok(ClusterFacts { cluster_id, brokers, topics: None, groups: None })
    }
}
