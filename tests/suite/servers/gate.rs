//! A door in front of a broker: everything goes through it, encrypted if it has a certificate, until it is shut or a request
//! comes that it is to hold back.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A gate that carries, until it is shut or dropped.
pub struct Gate {
    address: SocketAddr,
    shut: watch::Sender<bool>,
    held: watch::Sender<Held>,
    task: JoinHandle<()>,
}

/// Which requests are held back.
#[derive(Default)]
struct Held {
    /// Those that have all of these bytes in them.
    words: Option<Vec<Vec<u8>>>,
    /// Whether there was one.
    came: bool,
}

impl Held {
    fn means(&self, frame: &[u8]) -> bool {
        let has = |word: &Vec<u8>| frame.windows(word.len()).any(|window| window == word);
        self.words.as_ref().is_some_and(|words| words.iter().all(has))
    }
}

impl Gate {
    /// A gate in front of a broker that listens on 127.0.0.1 and is the only one of its cluster.
    pub async fn before(broker: &str, tls: Option<&Certificate>) -> Self {
        let broker: SocketAddr = broker.parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (shut, _) = watch::channel(false);
        let (held, _) = watch::channel(Held::default());
        let (acceptor, watching, holding) = (tls.map(Certificate::acceptor), shut.clone(), held.clone());
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (acceptor, shut, held) = (acceptor.clone(), watching.subscribe(), holding.clone());
                tokio::spawn(async move {
                    let _ = match acceptor {
                        Some(acceptor) => match acceptor.accept(client).await {
                            Ok(client) => carry(client, broker, address, shut, held).await,
                            Err(error) => Err(error),
                        },
                        None => carry(client, broker, address, shut, held).await,
                    };
                });
            }
        });
        Self { address, shut, held, task }
    }

    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// From here on nothing passes, and no connection is closed: as if the other side had vanished. Or all passes again.
    pub fn shut(&self, shut: bool) {
        self.shut.send_replace(shut);
    }

    /// From here on a request with all of these words is held back, and whatever follows on its connection.
    pub fn hold(&self, words: &[&str]) {
        let words = words.iter().map(|word| word.as_bytes().to_vec()).collect();
        self.held.send_replace(Held { words: Some(words), came: false });
    }

    /// Returns once a request was held back.
    pub async fn until_held(&self) {
        let mut held = self.held.subscribe();
        // The sender lives in `self`, so waiting can't fail.
        let _ = held.wait_for(|held| held.came).await;
    }

    /// Lets what was held back go on.
    pub fn let_on(&self) {
        self.held.send_replace(Held::default());
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(
    client: impl AsyncRead + AsyncWrite,
    broker: SocketAddr,
    gate: SocketAddr,
    shut: watch::Receiver<bool>,
    held: watch::Sender<Held>,
) -> io::Result<()> {
    let (from_client, to_client) = tokio::io::split(client);
    let (from_broker, to_broker) = TcpStream::connect(broker).await?.into_split();
    let upwards = frames(from_client, to_broker, shut.clone(), Some(held), |_| {});
    // The broker names its own port: the client has to come back through the gate.
    let downwards = frames(from_broker, to_client, shut, None, |frame| {
        let named = |port: u16| [&b"127.0.0.1"[..], &i32::from(port).to_be_bytes()].concat();
        let (own, gates) = (named(broker.port()), named(gate.port()));
        let places = frame.windows(own.len()).enumerate().filter(|(_, window)| *window == own);
        for at in places.map(|(at, _)| at).collect::<Vec<_>>() {
            frame[at..at + own.len()].copy_from_slice(&gates);
        }
    });
    tokio::try_join!(upwards, downwards).map(drop)
}

/// Carries frames, a length and as many bytes each, while the gate is not shut.
async fn frames(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut shut: watch::Receiver<bool>,
    held: Option<watch::Sender<Held>>,
    change: impl Fn(&mut [u8]),
) -> io::Result<()> {
    loop {
        let length = from.read_u32().await?;
        let mut frame = vec![0; length as usize];
        from.read_exact(&mut frame).await?;
        change(&mut frame);
        if let Some(held) = held.as_ref().filter(|held| held.borrow().means(&frame)) {
            held.send_modify(|held| held.came = true);
            held.subscribe().wait_for(|held| held.words.is_none()).await.map_err(io::Error::other)?;
        }
        shut.wait_for(|shut| !shut).await.map_err(io::Error::other)?;
        to.write_u32(length).await?;
        to.write_all(&frame).await?;
        to.flush().await?;
    }
}

/// A certificate for 127.0.0.1 and localhost, and the authority that has signed it and that nobody else knows.
pub struct Certificate {
    /// The authority's own certificate.
    pub ca: String,
    config: Arc<ServerConfig>,
}

impl Certificate {
    pub fn new() -> Self {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let server = CertificateParams::new(vec!["127.0.0.1".into(), "localhost".into()]).unwrap();
        let server = server.signed_by(&key, &authority).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config =
            config.unwrap().with_no_client_auth().with_single_cert(vec![server.der().clone()], key).unwrap();
        Self { ca: authority.pem(), config: Arc::new(config) }
    }

    fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.config.clone())
    }
}
