//! BIND: the zone's primary, on 127.0.0.1.

use super::launch::{Launch, words};
use super::layout::{Layout, Tsig};
use super::zone::zone_file;
use std::path::{Path, PathBuf};

/// How BIND is started.
pub(super) fn launch(layout: &Layout, home: PathBuf) -> Launch {
    let mut launch = Launch::new("named", home);
    let file = launch.folder.join("named.conf").to_string_lossy().into_owned();
    launch.arguments = words(["-g", "-n", "1", "-c", &file]);
    launch.configuration.push(("named.conf".into(), configuration(layout, &launch.folder)));
    launch.data.push(("zone".into(), zone_file(layout)));
    launch
}

/// `controls { }` keeps it off the shared port 953, `reuseport no` from sharing a port with another BIND, and the
/// rates make the secondary follow at once (by default each change waits for 5 s).
fn configuration(layout: &Layout, home: &Path) -> String {
    let home = home.display();
    let zone = &layout.zone;
    let name = zone.name.trim_end_matches('.');
    let port = zone.primary.port();
    let key = zone.key.name.trim_end_matches('.');
    let transfer = zone.transfer_key.name.trim_end_matches('.');
    format!(
        "options {{\n\
         \x20 directory \"{home}\"; pid-file \"{home}/named.pid\"; session-keyfile \"{home}/session.key\";\n\
         \x20 managed-keys-directory \"{home}\";\n\
         \x20 listen-on port {port} {{ {address}; }}; listen-on-v6 {{ none; }}; reuseport no;\n\
         \x20 query-source address 127.0.0.1; notify-source 127.0.0.1; transfer-source 127.0.0.1;\n\
         \x20 recursion no; dnssec-validation no; minimal-responses no; allow-transfer {{ none; }};\n\
         \x20 notify-rate 1000; startup-notify-rate 1000; serial-query-rate 1000;\n\
         }};\n\
         controls {{ }};\n\
         {key_statement}{transfer_statement}\
         zone \"{name}\" {{\n\
         \x20 type primary; file \"{home}/data/zone\"; notify-delay 0;\n\
         \x20 update-policy {{ grant {key} zonesub ANY; }};\n\
         \x20 allow-transfer {{ key {key}; key {transfer}; }};\n\
         \x20 notify explicit; also-notify {{ {peer} port {peer_port} key {transfer}; }};\n\
         }};\n",
        address = zone.primary.ip(),
        key_statement = key_statement(&zone.key),
        transfer_statement = key_statement(&zone.transfer_key),
        peer = zone.secondary.ip(),
        peer_port = zone.secondary.port(),
    )
}

fn key_statement(key: &Tsig) -> String {
    let name = key.name.trim_end_matches('.');
    format!("key \"{name}\" {{ algorithm hmac-sha256; secret \"{}\"; }};\n", key.secret)
}
