//! The zones' first records.

use super::layout::{Layout, Zone};

/// The owner of the TXT record by which a server proves which sandbox it belongs to.
pub(super) fn nonce_owner(zone: &str) -> String {
    format!("_nonce.{zone}")
}

/// The zone of the clusters' endpoints, served by BIND and Knot.
pub(super) fn zone_file(layout: &Layout) -> String {
    let zone = &layout.zone;
    let mut text = head(&zone.name, &zone.nonce);
    text.push_str("@ NS ns2\nns2 A 127.0.0.2\n");
    for cluster in &layout.clusters {
        text.push_str(&format!("kafka-{} A 127.0.0.1\n", cluster.name));
    }
    text
}

/// The zone of PowerDNS.
pub(super) fn powerdns_zone_file(name: &str, zone: &Zone) -> String {
    head(name, &zone.nonce)
}

fn head(name: &str, nonce: &str) -> String {
    format!(
        "$ORIGIN {name}\n\
         $TTL 30\n\
         @ SOA ns1 hostmaster 1 3600 600 86400 5\n\
         @ NS ns1\n\
         ns1 A 127.0.0.1\n\
         _nonce TXT \"{nonce}\"\n"
    )
}
