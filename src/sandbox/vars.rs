//! `estate.vars.hcl`: what an estate has to know about the sandbox.

use super::layout::{Layout, Zone};
use std::fmt::Write;

/// The values of the variables that an estate on this sandbox can declare, laid out as `leeward fmt` does.
///
/// Every value is a string or a list of strings, except `replication_factor`.
pub fn vars(layout: &Layout) -> String {
    let mut text = String::from("# Written by `leeward sandbox up`, for this sandbox only.\n");
    for section in sections(layout) {
        section.write(&mut text);
    }
    text
}

/// Values that belong together.
struct Section {
    title: String,
    values: Vec<(String, String)>,
}

fn sections(layout: &Layout) -> Vec<Section> {
    let mut sections: Vec<Section> = ["a", "b"]
        .iter()
        .zip(&layout.clusters)
        .map(|(side, cluster)| {
            // A variable's name holds no dash.
            let name = cluster.name.replace('-', "_");
            Section::new(format!("Cluster {}, side {side}.", cluster.name))
                .list(format!("{name}_bootstrap"), &cluster.bootstrap())
                .string(format!("{name}_connect"), &cluster.connect_url())
                .string(format!("{name}_endpoint"), &cluster.endpoint)
        })
        .collect();
    let brokers = layout.clusters.first().map_or(1, |cluster| cluster.nodes.len());
    let mut copies = Section::new("As many copies as each cluster has brokers.");
    copies.values.push(("replication_factor".into(), brokers.to_string()));
    sections.push(copies);
    sections.push(zone(&layout.zone));
    sections.extend(extras(layout));
    sections
}

fn zone(zone: &Zone) -> Section {
    Section::new("The DNS zone: BIND takes updates, Knot follows.")
        .string("dns_zone", &zone.name)
        .string("dns_server", &zone.primary.to_string())
        .list("dns_authorities", &zone.authorities().map(|address| address.to_string()))
        .string("dns_key_name", &zone.key.name)
        .string("dns_key_algorithm", "hmac-sha256")
        .string("dns_key_secret", &zone.key.secret)
}

fn extras(layout: &Layout) -> impl Iterator<Item = Section> {
    let sasl = layout.sasl.as_ref().map(|sasl| {
        Section::new("SCRAM-SHA-512 over SASL_PLAINTEXT; `application` may do only what an ACL grants.")
            .string("sasl_username", &sasl.admin.name)
            .string("sasl_password", &sasl.admin.password)
            .string("application_username", &sasl.application.name)
            .string("application_password", &sasl.application.password)
    });
    let powerdns = layout.powerdns.as_ref().map(|powerdns| {
        Section::new("PowerDNS, with a zone of its own.")
            .string("powerdns_zone", &powerdns.zone)
            .string("powerdns_api_url", &powerdns.api_url())
            .string("powerdns_api_key", &powerdns.api_key)
            .string("powerdns_server", &powerdns.address.to_string())
    });
    let resolver = layout
        .unbound
        .map(|address| Section::new("The caching resolver.").string("resolver", &address.to_string()));
    [sasl, powerdns, resolver].into_iter().flatten()
}

impl Section {
    fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), values: Vec::new() }
    }

    /// Adds a string; none of a sandbox's holds a quote, a backslash or `${`.
    fn string(mut self, name: impl Into<String>, value: &str) -> Self {
        self.values.push((name.into(), format!("\"{value}\"")));
        self
    }

    fn list(mut self, name: impl Into<String>, values: &[String]) -> Self {
        let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
        self.values.push((name.into(), format!("[{}]", quoted.join(", "))));
        self
    }

    fn write(&self, text: &mut String) {
        let width = self.values.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        // Writing to a string can't fail.
        let _ = writeln!(text, "\n# {}", self.title);
        for (name, value) in &self.values {
            let _ = writeln!(text, "{name:width$} = {value}");
        }
    }
}
