use super::everything;
use leeward::sandbox::{Layout, Options, draft};
use std::collections::HashSet;
use std::path::Path;

fn drawn(options: &Options) -> Layout {
    draft(options, Path::new("/sandbox")).unwrap()
}

#[test]
fn every_port_is_used_once_and_lies_below_the_ports_of_outgoing_connections() {
    let layout = drawn(&everything());
    let ports: Vec<u16> =
        layout.components.iter().flat_map(|component| component.ports.iter().copied()).collect();
    // BIND and Knot share one port on two addresses.
    assert_eq!(ports.iter().collect::<HashSet<_>>().len(), ports.len() - 1);
    assert_eq!(layout.zone.primary.port(), layout.zone.secondary.port());
    assert!(ports.iter().all(|port| (15_000..32_000).contains(port)), "{ports:?}");
}

#[test]
fn no_two_sandboxes_share_an_identity_or_a_secret() {
    let (one, other) = (drawn(&everything()), drawn(&everything()));
    let secrets = |layout: &Layout| {
        let sasl = layout.sasl.as_ref().unwrap();
        let users = [&sasl.broker, &sasl.admin, &sasl.connect, &sasl.application];
        let mut secrets: Vec<String> = users.iter().map(|user| user.password.clone()).collect();
        secrets.extend(layout.clusters.iter().map(|cluster| cluster.id.clone()));
        secrets.push(layout.zone.nonce.clone());
        secrets.push(layout.zone.key.secret.clone());
        secrets.push(layout.zone.transfer_key.secret.clone());
        secrets.push(layout.powerdns.as_ref().unwrap().api_key.clone());
        secrets
    };
    let all: HashSet<String> = secrets(&one).into_iter().chain(secrets(&other)).collect();
    assert_eq!(all.len(), 2 * secrets(&one).len());
}

#[test]
fn a_cluster_id_is_sixteen_bytes_in_url_safe_base64_and_never_looks_like_a_flag() {
    let layouts = std::iter::repeat_with(|| drawn(&Options::new("/sandbox"))).take(300);
    for cluster in layouts.flat_map(|layout| layout.clusters) {
        assert_eq!(cluster.id.len(), 22);
        assert!(!cluster.id.starts_with('-'), "{}", cluster.id);
        assert!(cluster.id.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{}", cluster.id);
    }
}

#[test]
fn a_layout_survives_its_file() {
    let layout = drawn(&everything());
    let text = serde_json::to_string(&layout).unwrap();
    let read: Layout = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
}
