//! PowerDNS (`pdns_server`) with an SQLite backend, its HTTP API and dynamic updates.

use super::process::Process;
use super::{port, zone};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What its API wants in `X-API-Key`.
pub const API_KEY: &str = "s3cret";

/// A running PowerDNS; it ends with this handle.
pub struct PowerDns {
    /// Where it answers DNS.
    pub address: SocketAddr,
    /// Where its API answers.
    pub api: SocketAddr,
    _process: Process,
    _folder: TempDir,
}

impl PowerDns {
    /// A PowerDNS with the usual zone.
    pub fn start() -> Self {
        Self::with("")
    }

    /// A PowerDNS with these records beside the usual ones.
    pub fn with(records: &str) -> Self {
        for _ in 0..5 {
            let folder = tempfile::tempdir().unwrap();
            let (address, api) = (port::free("127.0.0.1"), port::free("127.0.0.1"));
            let nonce = zone::nonce();
            prepare(folder.path(), address, api, &zone::file(&nonce, records));
            let mut command = Command::new("/usr/sbin/pdns_server");
            command.arg(format!("--config-dir={}", folder.path().display()));
            let mut process = Process::start(folder.path(), &mut command);
            if process.proves(address, &nonce) && api_is_ready(api) {
                return Self { address, api, _process: process, _folder: folder };
            }
            eprintln!("{}", std::fs::read_to_string(folder.path().join("log")).unwrap_or_default());
        }
        panic!("pdns_server did not come up in five tries");
    }

    /// `host:port` of the DNS side.
    pub fn server(&self) -> String {
        self.address.to_string()
    }

    /// The API's address, as an estate names it.
    pub fn url(&self) -> String {
        format!("http://{}", self.api)
    }
}

fn prepare(folder: &Path, address: SocketAddr, api: SocketAddr, zone_text: &str) {
    let t = folder.display();
    let database = folder.join("pdns.sqlite3");
    let schema = std::fs::File::open("/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql")
        .expect("PowerDNS is installed (apt-get install pdns-server pdns-backend-sqlite3)");
    run(Command::new("sqlite3").arg(&database).stdin(schema));
    std::fs::write(
        folder.join("pdns.conf"),
        format!(
            "launch=gsqlite3\ngsqlite3-database={}\ngsqlite3-pragma-synchronous=0\nsocket-dir={t}\n\
             local-address=127.0.0.1\nlocal-port={}\nquery-local-address=127.0.0.1\ndaemon=no\nguardian=no\n\
             setuid=\nsetgid=\nchroot=\ndisable-syslog=yes\nwrite-pid=yes\nsecurity-poll-suffix=\nloglevel=5\n\
             webserver=yes\nwebserver-address=127.0.0.1\nwebserver-port={}\nwebserver-allow-from=127.0.0.0/8\n\
             api=yes\napi-key={API_KEY}\ndefault-soa-content=ns1.example.test. hostmaster.@ 0 3600 600 86400 5\n\
             default-ttl=60\ncache-ttl=0\nquery-cache-ttl=0\nnegquery-cache-ttl=0\nzone-cache-refresh-interval=0\n\
             dnsupdate=yes\nallow-dnsupdate-from=127.0.0.0/8\nallow-axfr-ips=\nreceiver-threads=1\n\
             distributor-threads=1\nsigning-threads=1\n",
            database.display(),
            address.port(),
            api.port()
        ),
    )
    .unwrap();
    let zone_file = folder.join("example.test.zone");
    std::fs::write(&zone_file, zone_text).unwrap();
    load(folder, &zone_file);
}

fn load(folder: &Path, zone_file: &Path) {
    let pdnsutil = |arguments: &[&str]| {
        let config = format!("--config-dir={}", folder.display());
        run(Command::new("pdnsutil").arg(config).args(arguments).stdin(Stdio::null()));
    };
    pdnsutil(&["load-zone", "example.test", &zone_file.display().to_string()]);
    pdnsutil(&["set-kind", "example.test", "primary"]);
    for (name, algorithm, secret) in zone::KEYS {
        pdnsutil(&["import-tsig-key", name.trim_end_matches('.'), algorithm, secret]);
    }
    pdnsutil(&["set-meta", "example.test", "TSIG-ALLOW-DNSUPDATE", "drkey", "strong"]);
    pdnsutil(&["set-meta", "example.test", "TSIG-ALLOW-AXFR", "drkey", "xfr"]);
    pdnsutil(&["set-meta", "example.test", "SOA-EDIT-API", "INCREASE"]);
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} can't be started: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn api_is_ready(api: SocketAddr) -> bool {
    let deadline = Instant::now() + Duration::from_secs(5);
    while Instant::now() < deadline {
        if status_line(api).is_some_and(|line| line.contains(" 200 ")) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

fn status_line(api: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect(api).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(1))).ok()?;
    let request = format!(
        "GET /api/v1/servers/localhost HTTP/1.1\r\nHost: {api}\r\nX-API-Key: {API_KEY}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).ok()?;
    reply.lines().next().map(str::to_owned)
}
