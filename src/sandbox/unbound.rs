//! Unbound: the caching resolver that a client would ask.

use super::launch::{HERE, Launch, words};
use super::layout::Layout;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// How Unbound is started.
pub(super) fn launch(layout: &Layout, address: SocketAddr, home: PathBuf) -> Launch {
    let mut launch = Launch::new("unbound", home);
    let file = launch.folder.join("unbound.conf").to_string_lossy().into_owned();
    launch.arguments = words(["-d", "-p", "-c", &file]);
    launch.configuration.push(("unbound.conf".into(), configuration(layout, address, &launch.folder)));
    launch
}

/// `do-not-query-localhost: no` and `nodefault` are what lets it ask the sandbox's authorities about `test.` at all.
fn configuration(layout: &Layout, address: SocketAddr, home: &Path) -> String {
    let mut text = format!(
        "server:\n\
         \x20 directory: \"{home}\"\n\
         \x20 username: \"\"\n\
         \x20 chroot: \"\"\n\
         \x20 pidfile: \"\"\n\
         \x20 use-syslog: no\n\
         \x20 logfile: \"\"\n\
         \x20 do-daemonize: no\n\
         \x20 interface: {host}@{port}\n\
         \x20 port: {port}\n\
         \x20 so-reuseport: no\n\
         \x20 num-threads: 1\n\
         \x20 do-ip6: no\n\
         \x20 access-control: 127.0.0.0/8 allow\n\
         \x20 do-not-query-localhost: no\n\
         \x20 local-zone: \"test.\" nodefault\n\
         \x20 module-config: \"iterator\"\n\
         remote-control:\n\
         \x20 control-enable: yes\n\
         \x20 control-interface: {HERE}/control.sock\n\
         \x20 control-use-cert: no\n",
        home = home.display(),
        host = address.ip(),
        port = address.port(),
    );
    text.push_str(&stub(&layout.zone.name, &layout.zone.authorities()));
    if let Some(powerdns) = &layout.powerdns {
        text.push_str(&stub(&powerdns.zone, &[powerdns.address]));
    }
    text
}

fn stub(zone: &str, authorities: &[SocketAddr]) -> String {
    let mut text = format!("stub-zone:\n  name: \"{zone}\"\n");
    for authority in authorities {
        text.push_str(&format!("  stub-addr: {}@{}\n", authority.ip(), authority.port()));
    }
    text
}
