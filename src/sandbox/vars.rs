//! `estate.vars.hcl`: what an estate has to know about the sandbox.

use super::layout::Layout;
use std::fmt::Write;

/// The values of the variables that an estate on this sandbox can declare.
///
/// Every value is a string or a list of strings, except `replication_factor`. Strings need no escapes: none holds a
/// quote, a backslash or `${`.
pub fn vars(layout: &Layout) -> String {
    let mut text = String::from("# Written by `leeward sandbox up`, for this sandbox only.\n");
    for (side, cluster) in ["a", "b"].iter().zip(&layout.clusters) {
        section(&mut text, &format!("Cluster {}, side {side}.", cluster.name));
        list(&mut text, &format!("{}_bootstrap", variable(&cluster.name)), &cluster.bootstrap());
        string(&mut text, &format!("{}_connect", variable(&cluster.name)), &cluster.connect_url());
        string(&mut text, &format!("{}_endpoint", variable(&cluster.name)), &cluster.endpoint);
    }
    let copies = layout.clusters.first().map_or(1, |cluster| cluster.nodes.len());
    line(&mut text, "replication_factor", &copies.to_string());
    zone(&mut text, layout);
    extras(&mut text, layout);
    text
}

fn zone(text: &mut String, layout: &Layout) {
    let zone = &layout.zone;
    section(text, "The DNS zone: BIND takes updates, Knot follows.");
    string(text, "dns_zone", &zone.name);
    string(text, "dns_server", &zone.primary.to_string());
    list(text, "dns_authorities", &zone.authorities().map(|address| address.to_string()));
    string(text, "dns_key_name", &zone.key.name);
    string(text, "dns_key_algorithm", "hmac-sha256");
    string(text, "dns_key_secret", &zone.key.secret);
}

fn extras(text: &mut String, layout: &Layout) {
    if let Some(sasl) = &layout.sasl {
        section(text, "SCRAM-SHA-512 over SASL_PLAINTEXT; `application` may do only what an ACL grants.");
        string(text, "sasl_username", &sasl.admin.name);
        string(text, "sasl_password", &sasl.admin.password);
        string(text, "application_username", &sasl.application.name);
        string(text, "application_password", &sasl.application.password);
    }
    if let Some(powerdns) = &layout.powerdns {
        section(text, "PowerDNS, with a zone of its own.");
        string(text, "powerdns_zone", &powerdns.zone);
        string(text, "powerdns_api_url", &powerdns.api_url());
        string(text, "powerdns_api_key", &powerdns.api_key);
        string(text, "powerdns_server", &powerdns.address.to_string());
    }
    if let Some(unbound) = layout.unbound {
        section(text, "The caching resolver.");
        string(text, "resolver", &unbound.to_string());
    }
}

/// A cluster's name as part of a variable's.
fn variable(cluster: &str) -> String {
    cluster.replace('-', "_")
}

fn section(text: &mut String, title: &str) {
    text.push_str(&format!("\n# {title}\n"));
}

fn string(text: &mut String, name: &str, value: &str) {
    line(text, name, &format!("\"{value}\""));
}

fn list(text: &mut String, name: &str, values: &[String]) {
    let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
    line(text, name, &format!("[{}]", quoted.join(", ")));
}

fn line(text: &mut String, name: &str, value: &str) {
    // Writing to a string can't fail.
    let _ = writeln!(text, "{name} = {value}");
}
