mod component;
mod draft;
mod estate;
mod files;
pub mod life;
mod options;
mod process;
mod whole;

use leeward::sandbox::{Extra, Layout, Options, draft};
use std::net::SocketAddr;
use std::path::Path;

/// A layout whose ports and secrets are the same on every machine.
fn fixed(options: &Options) -> Layout {
    let mut layout = draft(options, Path::new("/sandbox")).unwrap();
    for (cluster, first) in layout.clusters.iter_mut().zip([20_100, 20_200]) {
        cluster.id = "AAAAAAAAAAAAAAAAAAAAAA".into();
        cluster.connect_port = first + 50;
        for node in &mut cluster.nodes {
            node.port = first + u16::from(node.id);
            node.controller_port = first + 10 + u16::from(node.id);
        }
    }
    let at = |host: &str, port: u16| -> SocketAddr { format!("{host}:{port}").parse().unwrap() };
    let zone = &mut layout.zone;
    (zone.primary, zone.secondary) = (at("127.0.0.1", 20_053), at("127.0.0.2", 20_053));
    zone.nonce = "nonce".into();
    zone.key.secret = "c2VjcmV0".into();
    zone.transfer_key.secret = "dHJhbnNmZXI=".into();
    if let Some(powerdns) = &mut layout.powerdns {
        (powerdns.address, powerdns.api_port) = (at("127.0.0.1", 20_054), 20_080);
        powerdns.api_key = "api-key".into();
    }
    if layout.unbound.is_some() {
        layout.unbound = Some(at("127.0.0.1", 20_055));
    }
    if let Some(sasl) = &mut layout.sasl {
        for user in [&mut sasl.broker, &mut sasl.admin, &mut sasl.connect, &mut sasl.application] {
            user.password = format!("{}-password", user.name);
        }
    }
    layout
}

/// Options for everything that a sandbox can have.
fn everything() -> Options {
    let mut options = Options::new("/sandbox");
    options.brokers = Some(3);
    options.sasl = true;
    options.with = vec![Extra::Powerdns, Extra::Unbound];
    options
}
