//! Unbound: a resolver that keeps answers.

use super::port;
use super::process::Process;
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A running Unbound; it ends with this handle.
pub struct Unbound {
    /// Where it answers.
    pub address: SocketAddr,
    process: Process,
    _folder: TempDir,
}

impl Unbound {
    /// A resolver that asks this authority for `example.test.`, whose nonce it has to show.
    pub fn before(authority: SocketAddr) -> Self {
        for _ in 0..5 {
            let folder = tempfile::tempdir().unwrap();
            let address = port::free("127.0.0.1");
            let file = folder.path().join("unbound.conf");
            std::fs::write(&file, configuration(folder.path(), address, authority)).unwrap();
            let mut process = Process::start(
                folder.path(),
                Command::new("/usr/sbin/unbound").args(["-d", "-p", "-c"]).arg(&file),
            );
            if process.answers(address) {
                return Self { address, process, _folder: folder };
            }
            eprintln!("{}", std::fs::read_to_string(folder.path().join("log")).unwrap_or_default());
        }
        panic!("unbound did not come up in five tries");
    }

    /// `host:port`, as an estate names it.
    pub fn server(&self) -> String {
        self.address.to_string()
    }

    /// It hears nothing from here on.
    pub fn pause(&self) {
        self.process.signal("STOP");
    }
}

fn configuration(folder: &Path, address: SocketAddr, authority: SocketAddr) -> String {
    let mut text =
        format!("server:\n  directory: \"{0}\"\n  pidfile: \"\"\n  username: \"\"\n", folder.display());
    writeln!(text, "  chroot: \"\"\n  use-syslog: no\n  do-daemonize: no\n  num-threads: 1\n  do-ip6: no")
        .unwrap();
    writeln!(text, "  interface: {}@{}\n  port: {1}", address.ip(), address.port()).unwrap();
    text.push_str("  access-control: 127.0.0.0/8 allow\n  do-not-query-localhost: no\n  so-reuseport: no\n");
    text.push_str("  local-zone: \"test.\" nodefault\n  module-config: \"iterator\"\n");
    text.push_str("remote-control:\n  control-enable: no\n");
    writeln!(
        text,
        "stub-zone:\n  name: \"example.test.\"\n  stub-addr: {}@{}",
        authority.ip(),
        authority.port()
    )
    .unwrap();
    text
}
