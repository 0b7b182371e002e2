//! PowerDNS: an authority with an HTTP API, for a zone of its own.

use super::launch::{HERE, Launch, words};
use super::layout::{PowerDns, Zone};
use super::zone::powerdns_zone_file;
use std::path::{Path, PathBuf};

/// How PowerDNS is started. The key that updates the zone of BIND and Knot updates this one as well.
pub(super) fn launch(powerdns: &PowerDns, zone: &Zone, home: PathBuf) -> Launch {
    let mut launch = Launch::new("pdns_server", home);
    let folder = launch.folder.to_string_lossy().into_owned();
    let name = powerdns.zone.trim_end_matches('.');
    let key = zone.key.name.trim_end_matches('.');
    let here = format!("--config-dir={folder}");
    launch.arguments = vec![here.clone()];
    launch.configuration.push(("pdns.conf".into(), configuration(powerdns, &launch.folder)));
    launch.data.push(("zone".into(), powerdns_zone_file(&powerdns.zone, zone)));
    launch.preparation = vec![
        words([
            "sqlite3",
            &format!("{folder}/data/pdns.sqlite3"),
            ".read /usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql",
        ]),
        words(["pdnsutil", &here, "load-zone", name, &format!("{folder}/data/zone")]),
        words(["pdnsutil", &here, "import-tsig-key", key, "hmac-sha256", &zone.key.secret]),
        words(["pdnsutil", &here, "set-meta", name, "TSIG-ALLOW-DNSUPDATE", key]),
        words(["pdnsutil", &here, "set-meta", name, "TSIG-ALLOW-AXFR", key]),
        words(["pdnsutil", &here, "set-meta", name, "SOA-EDIT-API", "INCREASE"]),
        words(["pdnsutil", &here, "set-meta", name, "SOA-EDIT-DNSUPDATE", "INCREASE"]),
    ];
    launch
}

/// Without caches an answer shows what was just written.
fn configuration(powerdns: &PowerDns, home: &Path) -> String {
    format!(
        "launch=gsqlite3\n\
         gsqlite3-database={home}/data/pdns.sqlite3\n\
         gsqlite3-pragma-synchronous=0\n\
         socket-dir={HERE}\n\
         local-address={address}\n\
         local-port={port}\n\
         query-local-address=127.0.0.1\n\
         webserver=yes\n\
         webserver-address=127.0.0.1\n\
         webserver-port={api_port}\n\
         webserver-allow-from=127.0.0.0/8\n\
         api=yes\n\
         api-key={api_key}\n\
         {CONSTANT}",
        home = home.display(),
        address = powerdns.address.ip(),
        port = powerdns.address.port(),
        api_port = powerdns.api_port,
        api_key = powerdns.api_key,
    )
}

const CONSTANT: &str = "\
daemon=no
guardian=no
setuid=
setgid=
chroot=
disable-syslog=yes
write-pid=yes
security-poll-suffix=
loglevel=5
default-ttl=30
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
dnsupdate=yes
allow-dnsupdate-from=127.0.0.0/8
allow-axfr-ips=
receiver-threads=1
distributor-threads=1
signing-threads=1
";
