//! Draws a new sandbox: names, ports and secrets.

use super::component::roster;
use super::jars::KAFKA_VERSION;
use super::layout::{Cluster, Layout, Node, PowerDns, Sasl, Tsig, User, Zone};
use super::options::{Extra, Options};
use super::ports::Ports;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use uuid::Uuid;

const ZONE: &str = "example.test.";
const POWERDNS_ZONE: &str = "powerdns.test.";

/// A layout for these options on ports that are free now, with nothing running; `None` if no port is free.
///
/// `dir` is absolute.
pub fn draft(options: &Options, dir: &Path) -> Option<Layout> {
    let ports = &mut Ports::default();
    let brokers = options.brokers.unwrap_or(1);
    let clusters =
        options.cluster_names().iter().map(|name| cluster(name, brokers, ports)).collect::<Option<_>>()?;
    let mut layout = Layout {
        format: Layout::current_format(),
        kafka_version: KAFKA_VERSION.into(),
        heap: options.heap.clone().unwrap_or_else(|| "384m".into()),
        clusters,
        zone: zone(ports)?,
        sasl: options.sasl.then(sasl),
        powerdns: None,
        unbound: None,
        components: Vec::new(),
    };
    add_extras(&mut layout, &options.with, ports)?;
    layout.components = roster(&layout, dir);
    Some(layout)
}

/// Adds the components that are asked for and not there yet; what is there keeps its ports and processes.
pub(super) fn extend(layout: &mut Layout, with: &[Extra], dir: &Path) -> Option<()> {
    add_extras(layout, with, &mut Ports::default())?;
    for component in roster(layout, dir) {
        if layout.component(&component.name).is_none() {
            layout.components.push(component);
        }
    }
    Some(())
}

fn add_extras(layout: &mut Layout, with: &[Extra], ports: &mut Ports) -> Option<()> {
    if with.contains(&Extra::Powerdns) && layout.powerdns.is_none() {
        layout.powerdns = Some(PowerDns {
            zone: POWERDNS_ZONE.into(),
            address: local(1, ports.free()?),
            api_port: ports.free()?,
            api_key: password(),
        });
    }
    if with.contains(&Extra::Unbound) && layout.unbound.is_none() {
        layout.unbound = Some(local(1, ports.free()?));
    }
    Some(())
}

fn cluster(name: &str, brokers: u8, ports: &mut Ports) -> Option<Cluster> {
    let node = |id| Some(Node { id, port: ports.free()?, controller_port: ports.free()? });
    Some(Cluster {
        name: name.into(),
        id: cluster_id()?,
        endpoint: format!("kafka-{name}.{ZONE}"),
        nodes: (1..=brokers).map(node).collect::<Option<_>>()?,
        connect_port: ports.free()?,
    })
}

/// 16 random bytes as Kafka writes them. Kafka's tools take a dash in front for the beginning of a flag, so Kafka itself
/// draws no such id (`org.apache.kafka.common.Uuid.randomUuid`).
fn cluster_id() -> Option<String> {
    let draw = || BASE64_URL_SAFE_NO_PAD.encode(Uuid::new_v4().as_bytes());
    std::iter::repeat_with(draw).find(|id| !id.starts_with('-'))
}

/// BIND and Knot share a port on two addresses, as real authorities share port 53.
fn zone(ports: &mut Ports) -> Option<Zone> {
    let port = ports.free()?;
    Some(Zone {
        name: ZONE.into(),
        primary: local(1, port),
        secondary: local(2, port),
        nonce: password(),
        key: tsig("leeward."),
        transfer_key: tsig("transfer."),
    })
}

fn sasl() -> Sasl {
    let user = |name: &str| User { name: name.into(), password: password() };
    Sasl {
        broker: user("broker"),
        admin: user("leeward"),
        connect: user("connect"),
        application: user("application"),
    }
}

fn tsig(name: &str) -> Tsig {
    let secret = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat();
    Tsig { name: name.into(), secret: BASE64_STANDARD.encode(secret) }
}

fn password() -> String {
    Uuid::new_v4().simple().to_string()
}

fn local(host: u8, port: u16) -> SocketAddr {
    (Ipv4Addr::new(127, 0, 0, host), port).into()
}
