//! The wire: one signed request over TCP, one verified answer.
//!
//! Never over UDP: a repeated update whose first answer was lost meets its own effect and is answered with
//! "prerequisite failed", although it was applied. A request over TCP is sent once.

use super::fault::{Reply, UpdateFault};
use super::signature::Key;
use super::transfer;
use crate::provider::Requests;
use crate::provider::dns::authority::{self, Silent};
use crate::provider::dns::frame;
use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::{Name, Record, RecordType, TSigVerifier};
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a connection may take at most, if the whole request may take longer.
const CONNECT_WAIT: Duration = Duration::from_secs(3);
/// How much longer than one request a whole transfer may take.
const TRANSFER_FACTOR: u32 = 4;

/// A DNS server that takes updates, and the key to sign with.
#[derive(Debug, Clone)]
pub struct Client {
    server: String,
    key: Option<Key>,
    /// Unix seconds, for the signature; a test can set it wrong.
    clock: fn() -> u64,
    timeout: Duration,
    requests: Arc<Requests>,
}

/// What a server did with an update; its signature is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The prerequisites held and the update was carried out (or silently ignored: read it again).
    Accepted,
    /// A prerequisite did not hold, nothing was changed.
    Moved(ResponseCode),
}

impl Client {
    /// A client of the server at `host:port`; without a key the requests are not signed.
    pub fn new(server: impl Into<String>, key: Option<Key>, timeout: Duration) -> Self {
        Self { server: server.into(), key, clock: unix_now, timeout, requests: Arc::default() }
    }

    /// The same client with another clock (Unix seconds).
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> u64) -> Self {
        self.clock = clock;
        self
    }

    /// The same key and patience for another server.
    #[must_use]
    pub fn at(&self, server: &str) -> Self {
        Self { server: server.to_owned(), ..self.clone() }
    }

    /// The server as configured.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// How long one request may take.
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The requests sent until now, to this server and to those of [`Self::at`].
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// Sends one update, once.
    ///
    /// # Errors
    /// [`UpdateFault`]; [`UpdateFault::may_have_happened`] says whether the world has to be read again.
    pub async fn update(&self, zone: &Name, message: Message) -> Result<Verdict, UpdateFault> {
        self.requests.note("UPDATE", 1);
        Ok(match self.exchange(zone, message).await? {
            ResponseCode::NoError => Verdict::Accepted,
            code => Verdict::Moved(code),
        })
    }

    /// Asks for the zone's SOA with a signature, to see whether the server knows the key.
    ///
    /// # Errors
    /// [`UpdateFault`], of which those about the key say that an update would be refused.
    pub async fn greet(&self, zone: &Name) -> Result<(), UpdateFault> {
        self.requests.note("SOA", 1);
        let mut message = Message::query();
        message.metadata.recursion_desired = false;
        message.add_query(Query::query(zone.clone(), RecordType::SOA));
        match (self.exchange(zone, message).await, &self.key) {
            // To a mere question NOTAUTH is an answer to the key alone (RFC 8945, section 5.2).
            (Err(UpdateFault::NotServed { server, .. }), Some(key)) => {
                Err(UpdateFault::RefusedUnsigned { server, key: key.name().to_owned() })
            }
            (answered, _) => answered.map(|_| ()),
        }
    }

    /// All records of a zone (AXFR, RFC 5936), every message of it verified.
    ///
    /// # Errors
    /// [`UpdateFault`]: refused, not verified, or cut off; records of a transfer that did not end are never given.
    pub async fn transfer(&self, zone: &Name) -> Result<Vec<Record>, UpdateFault> {
        self.requests.note("AXFR", 1);
        let mut stream = self.connect().await?;
        let mut request = transfer::request(zone);
        let (now, mut verifier, wire) = self.signed(&mut request)?;
        let id = request.metadata.id;
        let whole = async {
            frame::send(&mut stream, &wire).await?;
            let mut transfer = transfer::Transfer::new(zone.clone());
            loop {
                let bytes = frame::receive(&mut stream).await?;
                if let Err(fault) = self.collect(&mut transfer, &bytes, id, now, verifier.as_mut()) {
                    return Ok(Err(fault));
                }
                if transfer.is_complete() {
                    return Ok(Ok(transfer.into_records()));
                }
            }
        };
        self.answer(self.timeout * TRANSFER_FACTOR, whole).await?
    }

    /// Sends one request, once; the code of its verified answer.
    async fn exchange(&self, zone: &Name, mut message: Message) -> Result<ResponseCode, UpdateFault> {
        let zone = zone.to_ascii();
        let mut stream = self.connect().await?;
        let (now, mut verifier, wire) = self.signed(&mut message)?;
        let exchange = async {
            frame::send(&mut stream, &wire).await?;
            frame::receive(&mut stream).await
        };
        let bytes = self.answer(self.timeout, exchange).await?;
        let reply = Message::from_vec(&bytes).map_err(|_| self.lost("the answer can't be read"))?;
        if reply.metadata.id != message.metadata.id {
            return Err(self.lost("the answer belongs to another request"));
        }
        let trusted = verifier.as_mut().is_none_or(|verifier| verifier.verify(&bytes).is_ok());
        let reply = Reply {
            server: &self.server,
            zone: &zone,
            key: self.key.as_ref(),
            message: &reply,
            trusted,
            now,
        };
        reply.verdict()
    }

    fn collect(
        &self,
        transfer: &mut transfer::Transfer,
        bytes: &[u8],
        id: u16,
        now: u64,
        verifier: Option<&mut TSigVerifier>,
    ) -> Result<(), UpdateFault> {
        let message = Message::from_vec(bytes).map_err(|_| self.lost("a message can't be read"))?;
        if message.metadata.id != id {
            return Err(self.lost("a message belongs to another request"));
        }
        let trusted = verifier.is_none_or(|verifier| verifier.verify(bytes).is_ok());
        let zone = transfer.zone().to_ascii();
        let key = self.key.as_ref();
        Reply { server: &self.server, zone: &zone, key, message: &message, trusted, now }.verdict()?;
        transfer.add(message.answers).map_err(|reason| self.lost(reason))
    }

    async fn connect(&self) -> Result<TcpStream, UpdateFault> {
        let address = authority::resolve(&self.server, self.timeout).await?;
        let wait = CONNECT_WAIT.min(self.timeout);
        match timeout(wait, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(self.unreachable(error.to_string())),
            Err(_) => Err(self.unreachable(format!("no connection within {:.1} s", wait.as_secs_f64()))),
        }
    }

    /// The time of signing, what verifies the answer, and the bytes to send.
    fn signed(&self, message: &mut Message) -> Result<(u64, Option<TSigVerifier>, Vec<u8>), UpdateFault> {
        let now = (self.clock)();
        let verifier = self.key.as_ref().and_then(|key| key.sign(message, now));
        if self.key.is_some() && verifier.is_none() {
            return Err(self.unreachable("the request can't be signed".to_owned()));
        }
        let wire = message.to_vec().map_err(|error| self.unreachable(error.to_string()))?;
        Ok((now, verifier, wire))
    }

    async fn answer<T>(
        &self,
        wait: Duration,
        exchange: impl Future<Output = io::Result<T>>,
    ) -> Result<T, UpdateFault> {
        match timeout(wait, exchange).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err(self.lost("the connection was closed"))
            }
            Ok(Err(error)) => Err(self.lost(&error.to_string())),
            Err(_) => Err(self.lost(&format!("no answer within {:.1} s", wait.as_secs_f64()))),
        }
    }

    fn lost(&self, reason: &str) -> UpdateFault {
        UpdateFault::Lost { server: self.server.clone(), reason: reason.to_owned() }
    }

    fn unreachable(&self, reason: String) -> UpdateFault {
        UpdateFault::Unreached(Silent::Unreachable { server: self.server.clone(), reason })
    }
}

fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
