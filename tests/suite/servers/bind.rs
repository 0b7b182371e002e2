//! BIND (`named`) as a primary.

use super::process::Process;
use super::{port, zone};
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// How a BIND is set up.
#[derive(Default)]
pub struct Setup {
    /// Records beside the usual ones, as lines of a zone file.
    pub records: String,
    /// A secondary that is told of changes at once.
    pub notify: Option<SocketAddr>,
    /// Nobody may transfer the zone.
    pub no_transfer: bool,
    /// A folder that `named` may not write, so that each update fails.
    pub read_only: bool,
}

/// A running BIND; it ends with this handle.
pub struct Bind {
    /// Where it answers.
    pub address: SocketAddr,
    /// What proves that an answer is its own.
    pub nonce: String,
    /// Its process.
    pub process: Process,
    _folder: TempDir,
}

impl Bind {
    /// A BIND with the usual zone.
    pub fn start() -> Self {
        Self::with(&Setup::default())
    }

    /// A BIND with this setup; takes another port when somebody else was faster.
    pub fn with(setup: &Setup) -> Self {
        for _ in 0..5 {
            let folder = tempfile::tempdir().unwrap();
            let address = port::free("127.0.0.1");
            let nonce = zone::nonce();
            prepare(folder.path(), address, &nonce, setup);
            let mut process = Process::start(folder.path(), &mut command(folder.path()));
            if process.proves(address, &nonce) {
                return Self { address, nonce, process, _folder: folder };
            }
            eprintln!("{}", std::fs::read_to_string(folder.path().join("log")).unwrap_or_default());
        }
        panic!("named did not come up in five tries");
    }

    /// `host:port`, as an estate names it.
    pub fn server(&self) -> String {
        self.address.to_string()
    }
}

fn command(folder: &Path) -> Command {
    // AppArmor lets /usr/sbin/named read its own folders only; profiles attach by path, so a copy is run.
    let binary = folder.join("named");
    std::fs::copy("/usr/sbin/named", &binary).expect("named is installed (apt-get install bind9)");
    let mut command = Command::new(binary);
    command.args(["-g", "-n", "1", "-c"]).arg(folder.join("named.conf"));
    command
}

fn prepare(folder: &Path, address: SocketAddr, nonce: &str, setup: &Setup) {
    let zone_folder = folder.join("zone");
    std::fs::create_dir(&zone_folder).unwrap();
    std::fs::write(zone_folder.join("example.test.zone"), zone::file(nonce, &setup.records)).unwrap();
    std::fs::write(folder.join("named.conf"), configuration(folder, address, setup)).unwrap();
    if setup.read_only {
        let mut rights = std::fs::metadata(&zone_folder).unwrap().permissions();
        rights.set_readonly(true);
        std::fs::set_permissions(&zone_folder, rights).unwrap();
    }
}

fn configuration(folder: &Path, address: SocketAddr, setup: &Setup) -> String {
    let (t, p) = (folder.display(), address.port());
    let mut text = format!(
        "options {{ directory \"{t}\"; pid-file \"{t}/named.pid\"; session-keyfile \"{t}/session.key\";
  managed-keys-directory \"{t}\"; listen-on port {p} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
  query-source address 127.0.0.1; notify-source 127.0.0.1; transfer-source 127.0.0.1; reuseport no;
  recursion no; dnssec-validation no; minimal-responses no; allow-transfer {{ none; }};
  notify-rate 1000; startup-notify-rate 1000; serial-query-rate 1000; }};
controls {{ }};\n"
    );
    for (name, algorithm, secret) in zone::KEYS {
        let name = name.trim_end_matches('.');
        writeln!(text, "key \"{name}\" {{ algorithm {algorithm}; secret \"{secret}\"; }};").unwrap();
    }
    let transfer = if setup.no_transfer { "none;" } else { "key drkey; key xfr;" };
    let notify = setup.notify.map_or("notify no;".to_owned(), |peer| {
        format!("notify explicit; also-notify {{ {} port {} key xfr; }};", peer.ip(), peer.port())
    });
    writeln!(
        text,
        "zone \"example.test\" {{ type primary; file \"{t}/zone/example.test.zone\"; notify-delay 0;
  update-policy {{ grant drkey zonesub ANY; grant strong zonesub ANY;
    grant limited name bootstrap.example.test. CNAME; }};
  allow-transfer {{ {transfer} }}; {notify} }};"
    )
    .unwrap();
    text
}
