//! Knot: the zone's secondary, on 127.0.0.2 (BIND can't listen there: it binds the addresses of interfaces only).

use super::launch::{HERE, Launch, words};
use super::layout::Layout;
use std::path::{Path, PathBuf};

/// How Knot is started.
pub(super) fn launch(layout: &Layout, home: PathBuf) -> Launch {
    let mut launch = Launch::new("knotd", home);
    let file = launch.folder.join("knot.conf").to_string_lossy().into_owned();
    launch.arguments = words(["-c", &file]);
    launch.configuration.push(("knot.conf".into(), configuration(layout, &launch.folder)));
    launch
}

fn configuration(layout: &Layout, home: &Path) -> String {
    let zone = &layout.zone;
    let key = zone.key.name.trim_end_matches('.');
    let transfer = zone.transfer_key.name.trim_end_matches('.');
    format!(
        "server:\n\
         \x20 rundir: \"{HERE}\"\n\
         \x20 listen: {address}@{port}\n\
         \x20 udp-workers: 1\n\
         \x20 tcp-workers: 1\n\
         \x20 background-workers: 1\n\
         log:\n\
         \x20 - target: stderr\n\
         \x20   any: info\n\
         database:\n\
         \x20 storage: \"{home}/data\"\n\
         key:\n\
         \x20 - id: {key}\n\
         \x20   algorithm: hmac-sha256\n\
         \x20   secret: {secret}\n\
         \x20 - id: {transfer}\n\
         \x20   algorithm: hmac-sha256\n\
         \x20   secret: {transfer_secret}\n\
         remote:\n\
         \x20 - id: primary\n\
         \x20   address: {primary}@{primary_port}\n\
         \x20   via: {address}\n\
         \x20   key: {transfer}\n\
         acl:\n\
         \x20 - id: notify\n\
         \x20   key: {transfer}\n\
         \x20   action: notify\n\
         \x20 - id: transfer\n\
         \x20   key: [{key}, {transfer}]\n\
         \x20   action: transfer\n\
         zone:\n\
         \x20 - domain: {domain}\n\
         \x20   storage: \"{home}/data\"\n\
         \x20   master: primary\n\
         \x20   acl: [notify, transfer]\n\
         \x20   zonefile-sync: -1\n",
        home = home.display(),
        address = zone.secondary.ip(),
        port = zone.secondary.port(),
        secret = zone.key.secret,
        transfer_secret = zone.transfer_key.secret,
        primary = zone.primary.ip(),
        primary_port = zone.primary.port(),
        domain = zone.name.trim_end_matches('.'),
    )
}
