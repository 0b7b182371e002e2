//! Asks one authoritative server for one record set: UDP first, TCP when the answer is cut (RFC 7766).

use super::frame;
use super::rrset::Rrset;
use super::value;
use crate::estate::{AuthorityFacts, Fault, FaultKind, RecordType};
use futures::future::join_all;
use hickory_proto::op::{Edns, Message, MessageType, Query, ResponseCode};
use hickory_proto::rr::{self, Name, RData};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

/// The shares of the whole wait that the tries over UDP get: a query may be repeated, and a lost packet is the
/// usual reason for silence.
const TRIES: [u32; 3] = [1, 2, 4];
/// What fits through nearly every path in one piece (DNS flag day 2020).
const UDP_PAYLOAD: u16 = 1232;

/// What an authority holds at a name.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// The set that was asked for.
    Set(Rrset),
    /// No set of this name and type.
    Absent,
    /// Another type was asked for, and the name is an alias of this one.
    Alias(Name),
}

impl Found {
    /// The set, if it is there.
    pub fn into_set(self) -> Option<Rrset> {
        match self {
            Self::Set(set) => Some(set),
            Self::Absent | Self::Alias(_) => None,
        }
    }
}

/// Why an authority gave no answer that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Silent {
    /// The server's name has no address.
    #[error("{server} can't be resolved: {reason}")]
    Unresolved {
        /// The server as configured.
        server: String,
        /// What the resolver said.
        reason: String,
    },
    /// No packet came back.
    #[error("{server} does not answer ({tries} tries, {:.1} s)", waited.as_secs_f64())]
    Timeout {
        /// The server as configured.
        server: String,
        /// How often it was asked.
        tries: usize,
        /// How long was waited in all.
        waited: Duration,
    },
    /// The system reported a failure.
    #[error("{server} can't be reached: {reason}")]
    Unreachable {
        /// The server as configured.
        server: String,
        /// What the system said.
        reason: String,
    },
    /// It answered, but it does not serve the zone.
    #[error("{server} has no authority over {name} ({answer})")]
    NoAuthority {
        /// The server as configured.
        server: String,
        /// The name asked for.
        name: String,
        /// What it answered.
        answer: String,
    },
}

impl Silent {
    /// True when nothing else that is asked of this server will be answered either.
    pub const fn is_of_the_server(&self) -> bool {
        !matches!(self, Self::NoAuthority { .. })
    }
}

impl From<Silent> for Fault {
    fn from(silent: Silent) -> Self {
        let (kind, hint) = match &silent {
            Silent::Unresolved { .. } => (FaultKind::Unreachable, "check the server's name"),
            Silent::Timeout { .. } => (FaultKind::Timeout, "is the DNS server up and reachable from here?"),
            Silent::Unreachable { .. } => {
                (FaultKind::Unreachable, "is the DNS server up and reachable from here?")
            }
            Silent::NoAuthority { .. } => (FaultKind::Invalid, "is it an authoritative server of the zone?"),
        };
        Self::new(kind, silent.to_string()).hint(hint)
    }
}

/// Asks `server` (`host:port`) for the set of `name` and `rtype`; only an authoritative answer counts.
///
/// # Errors
/// [`Silent`], which says why there is no such answer within about `wait`.
pub async fn ask(server: &str, name: &Name, rtype: RecordType, wait: Duration) -> Result<Found, Silent> {
    let reply = authoritative(server, name, value::wire_type(rtype), wait).await?;
    if let Some(set) = Rrset::among(&reply.answers, name, rtype) {
        return Ok(Found::Set(set));
    }
    let alias = reply.answers.iter().find_map(|record| match &record.data {
        RData::CNAME(target) if record.name == *name => Some(Found::Alias(target.0.to_lowercase())),
        _ => None,
    });
    Ok(alias.unwrap_or(Found::Absent))
}

/// Asks `server` for the serial of a zone.
///
/// # Errors
/// [`Silent`]; a server without the zone's SOA has no authority over it.
pub async fn serial(server: &str, zone: &Name, wait: Duration) -> Result<u32, Silent> {
    let reply = authoritative(server, zone, rr::RecordType::SOA, wait).await?;
    let serial = reply.answers.iter().find_map(|record| match &record.data {
        RData::SOA(soa) if record.name == *zone => Some(soa.serial),
        _ => None,
    });
    serial.ok_or_else(|| no_authority(server, zone, "it is no zone there".to_owned()))
}

/// What each authority says of a zone, asked in parallel.
pub async fn facts(servers: &[String], zone: &Name, wait: Duration) -> Vec<AuthorityFacts> {
    let fact = async |server: &String| {
        let (serial, fault) = match serial(server, zone, wait).await {
            Ok(serial) => (Some(serial), None),
            Err(silent) => (None, Some(Fault::from(silent).to_string())),
        };
        AuthorityFacts { authority: server.clone(), serial, fault }
    };
    join_all(servers.iter().map(fact)).await
}

async fn authoritative(
    server: &str,
    name: &Name,
    kind: rr::RecordType,
    wait: Duration,
) -> Result<Message, Silent> {
    // An authority is asked for what it holds itself; one that also recurses must not fetch it elsewhere.
    let reply = exchange(server, name, kind, false, wait).await?;
    match reply.metadata.response_code {
        ResponseCode::NoError | ResponseCode::NXDomain if reply.metadata.authoritative => Ok(reply),
        ResponseCode::NoError | ResponseCode::NXDomain => {
            Err(no_authority(server, name, "the answer is not authoritative".to_owned()))
        }
        code => Err(no_authority(server, name, code_name(code))),
    }
}

/// The answer of `server` to one question, over TCP where it does not fit otherwise; `recurse` lets it ask others.
///
/// # Errors
/// [`Silent`], but never [`Silent::NoAuthority`]: the code of the answer is the caller's to judge.
pub(super) async fn exchange(
    server: &str,
    name: &Name,
    kind: rr::RecordType,
    recurse: bool,
    wait: Duration,
) -> Result<Message, Silent> {
    let address = resolve(server, wait).await?;
    let query = question(name, kind, recurse);
    let reply = over_udp(server, address, &query, wait).await?;
    if reply.metadata.truncation {
        return over_tcp(server, address, &query, wait).await;
    }
    Ok(reply)
}

fn no_authority(server: &str, name: &Name, answer: String) -> Silent {
    Silent::NoAuthority { server: server.to_owned(), name: value::canonical(name), answer }
}

fn unreachable(server: &str, error: &io::Error) -> Silent {
    Silent::Unreachable { server: server.to_owned(), reason: error.to_string() }
}

/// Resolves `host:port` to its first address.
///
/// # Errors
/// [`Silent::Unresolved`].
pub(super) async fn resolve(server: &str, wait: Duration) -> Result<SocketAddr, Silent> {
    let unresolved = |reason: String| Silent::Unresolved { server: server.to_owned(), reason };
    match timeout(wait, tokio::net::lookup_host(server)).await {
        Ok(Ok(mut addresses)) => addresses.next().ok_or_else(|| unresolved("no address".to_owned())),
        Ok(Err(error)) => Err(unresolved(error.to_string())),
        Err(_) => Err(unresolved(format!("no answer within {:.1} s", wait.as_secs_f64()))),
    }
}

fn question(name: &Name, kind: rr::RecordType, recurse: bool) -> Message {
    let mut message = Message::query();
    message.metadata.recursion_desired = recurse;
    message.add_query(Query::query(name.clone(), kind));
    let mut edns = Edns::new();
    edns.set_max_payload(UDP_PAYLOAD).set_version(0);
    message.set_edns(edns);
    message
}

async fn over_udp(
    server: &str,
    address: SocketAddr,
    query: &Message,
    wait: Duration,
) -> Result<Message, Silent> {
    let failed = |error: io::Error| unreachable(server, &error);
    let wire = query.to_vec().map_err(|error| failed(io::Error::other(error.to_string())))?;
    let local = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(local).await.map_err(failed)?;
    socket.connect(address).await.map_err(failed)?;
    let share = wait / TRIES.iter().sum::<u32>();
    let mut refusal = None;
    for part in TRIES {
        match timeout(share * part, heard(&socket, &wire, query)).await {
            Ok(Ok(reply)) => return Ok(reply),
            // A refusal (ICMP) may be meant for an earlier packet, so the next try goes on after a moment.
            Ok(Err(error)) => {
                refusal = Some(error);
                tokio::time::sleep(share / 10).await;
            }
            Err(_) => {}
        }
    }
    let silence = || Silent::Timeout { server: server.to_owned(), tries: TRIES.len(), waited: wait };
    Err(refusal.map_or_else(silence, failed))
}

async fn heard(socket: &UdpSocket, wire: &[u8], query: &Message) -> io::Result<Message> {
    socket.send(wire).await?;
    let mut buffer = vec![0; 4096];
    loop {
        let length = socket.recv(&mut buffer).await?;
        // Anything else on this port is a stray or forged packet: the wait goes on.
        if let Some(reply) = buffer.get(..length).and_then(|bytes| matching(bytes, query)) {
            return Ok(reply);
        }
    }
}

/// The reply in `bytes`, if it answers this very question.
fn matching(bytes: &[u8], query: &Message) -> Option<Message> {
    let reply = Message::from_vec(bytes).ok()?;
    let answers_it = reply.metadata.id == query.metadata.id
        && reply.metadata.message_type == MessageType::Response
        && (reply.queries == query.queries || reply.queries.is_empty());
    answers_it.then_some(reply)
}

async fn over_tcp(
    server: &str,
    address: SocketAddr,
    query: &Message,
    wait: Duration,
) -> Result<Message, Silent> {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        let wire = query.to_vec().map_err(|error| io::Error::other(error.to_string()))?;
        frame::send(&mut stream, &wire).await?;
        let bytes = frame::receive(&mut stream).await?;
        matching(&bytes, query).ok_or_else(|| io::Error::other("the answer does not match the question"))
    };
    match timeout(wait, exchange).await {
        Ok(reply) => reply.map_err(|error| unreachable(server, &error)),
        Err(_) => Err(Silent::Timeout { server: server.to_owned(), tries: 1, waited: wait }),
    }
}

/// The name of an answer's code as DNS people write it: `NXRRSET`, `SERVFAIL`.
pub(super) fn code_name(code: ResponseCode) -> String {
    match code {
        ResponseCode::NoError => "NOERROR".to_owned(),
        ResponseCode::FormErr => "FORMERR".to_owned(),
        ResponseCode::ServFail => "SERVFAIL".to_owned(),
        ResponseCode::NXDomain => "NXDOMAIN".to_owned(),
        ResponseCode::NotImp => "NOTIMP".to_owned(),
        ResponseCode::Refused => "REFUSED".to_owned(),
        ResponseCode::YXDomain => "YXDOMAIN".to_owned(),
        ResponseCode::YXRRSet => "YXRRSET".to_owned(),
        ResponseCode::NXRRSet => "NXRRSET".to_owned(),
        ResponseCode::NotAuth => "NOTAUTH".to_owned(),
        ResponseCode::NotZone => "NOTZONE".to_owned(),
        other => format!("code {}", u16::from(other)),
    }
}
