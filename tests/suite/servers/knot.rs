//! Knot (`knotd`) as a primary, or as the secondary of a BIND.

use super::bind::{self, Bind};
use super::process::Process;
use super::{port, zone};
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A running Knot; it ends with this handle.
pub struct Knot {
    /// Where it answers.
    pub address: SocketAddr,
    _process: Process,
    _folder: TempDir,
}

impl Knot {
    /// A Knot that is the primary of the usual zone.
    pub fn start() -> Self {
        for _ in 0..5 {
            let address = port::free("127.0.0.1");
            let nonce = zone::nonce();
            if let Some(knot) = Self::launch(address, &nonce, None) {
                return knot;
            }
        }
        panic!("knotd did not come up in five tries");
    }

    /// `host:port`, as an estate names it.
    pub fn server(&self) -> String {
        self.address.to_string()
    }

    fn launch(address: SocketAddr, nonce: &str, primary: Option<SocketAddr>) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("db")).unwrap();
        if primary.is_none() {
            std::fs::write(folder.path().join("example.test.zone"), zone::file(nonce, "")).unwrap();
        }
        std::fs::write(folder.path().join("knot.conf"), configuration(folder.path(), address, primary))
            .unwrap();
        let mut command = Command::new("/usr/sbin/knotd");
        command.arg("-c").arg(folder.path().join("knot.conf"));
        let mut process = Process::start(folder.path(), &mut command);
        process.proves(address, nonce).then_some(Self { address, _process: process, _folder: folder })
    }
}

/// Two authorities for one zone: a BIND that takes updates and a Knot that follows it.
pub fn authorities(records: &str) -> (Bind, Knot) {
    for _ in 0..5 {
        let second = port::free("127.0.0.2");
        let bind = Bind::with(&bind::Setup {
            records: records.to_owned(),
            notify: Some(second),
            ..bind::Setup::default()
        });
        if let Some(knot) = Knot::launch(second, &bind.nonce, Some(bind.address)) {
            return (bind, knot);
        }
    }
    panic!("knotd did not follow named in five tries");
}

fn configuration(folder: &Path, address: SocketAddr, primary: Option<SocketAddr>) -> String {
    let t = folder.display();
    let mut text = format!(
        "server:\n  rundir: \"{t}\"\n  listen: {}@{}\n  udp-workers: 1\n  tcp-workers: 1\n  background-workers: 1\n\
         log:\n  - target: stderr\n    any: info\ndatabase:\n  storage: \"{t}/db\"\nkey:\n",
        address.ip(),
        address.port(),
    );
    for (name, algorithm, secret) in zone::KEYS {
        let name = name.trim_end_matches('.');
        writeln!(text, "  - id: {name}\n    algorithm: {algorithm}\n    secret: {secret}").unwrap();
    }
    if let Some(primary) = primary {
        let (ip, port) = (primary.ip(), primary.port());
        writeln!(text, "remote:\n  - id: primary\n    address: {ip}@{port}\n    key: xfr").unwrap();
    }
    text.push_str(
        "acl:\n  - id: upd\n    key: [drkey, strong]\n    action: update\n  - id: lim\n    key: limited\n    \
         action: update\n    update-type: CNAME\n    update-owner: name\n    update-owner-match: equal\n    \
         update-owner-name: [ bootstrap.example.test. ]\n  - id: xfr\n    key: [drkey, xfr]\n    action: transfer\n  \
         - id: ntf\n    key: xfr\n    action: notify\n",
    );
    text.push_str(&match primary {
        None => format!(
            "zone:\n  - domain: example.test\n    storage: \"{t}\"\n    file: example.test.zone\n    \
             acl: [upd, lim, xfr]\n"
        ),
        Some(_) => format!(
            "zone:\n  - domain: example.test\n    storage: \"{t}\"\n    master: primary\n    \
             acl: [ntf, xfr]\n    zonefile-sync: -1\n"
        ),
    });
    text
}
