//! Asks a server directly, with nothing of leeward in between.

use hickory_proto::op::{Message, Query};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

const WAIT: Duration = Duration::from_millis(150);

/// True when the zone at `address` carries the nonce, over UDP and over TCP.
pub fn shows_nonce(address: SocketAddr, nonce: &str) -> bool {
    let query = query("_nonce.example.test.", RecordType::TXT);
    [udp(address, &query), tcp(address, &query)].into_iter().all(|reply| {
        reply.is_some_and(|reply| {
            reply.metadata.authoritative
                && reply.answers.iter().any(|record| text(record).trim_matches('"') == nonce)
        })
    })
}

/// True when anything answers at `address`, be it a refusal. Nothing that a test asks for later is asked for.
pub fn answers(address: SocketAddr) -> bool {
    udp(address, &query("version.bind.", RecordType::TXT)).is_some()
}

/// What the server holds at a name: the data as text, sorted.
pub fn values(address: SocketAddr, name: &str, kind: RecordType) -> Vec<String> {
    let reply = tcp(address, &query(name, kind)).expect("an answer over TCP");
    let mut values: Vec<String> =
        reply.answers.iter().filter(|record| record.record_type() == kind).map(text).collect();
    values.sort();
    values
}

/// The serial of the zone.
pub fn serial(address: SocketAddr) -> u32 {
    let reply = tcp(address, &query("example.test.", RecordType::SOA)).expect("an answer over TCP");
    match &reply.answers.first().expect("an SOA").data {
        RData::SOA(soa) => soa.serial,
        other => panic!("no SOA: {other}"),
    }
}

fn text(record: &Record) -> String {
    record.data.to_string()
}

fn query(name: &str, kind: RecordType) -> Message {
    let mut message = Message::query();
    message.metadata.recursion_desired = false;
    message.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
    message
}

fn udp(address: SocketAddr, query: &Message) -> Option<Message> {
    let socket = UdpSocket::bind("127.0.0.1:0").ok()?;
    socket.set_read_timeout(Some(WAIT)).ok()?;
    socket.connect(address).ok()?;
    socket.send(&query.to_vec().ok()?).ok()?;
    let mut buffer = [0; 4096];
    let length = socket.recv(&mut buffer).ok()?;
    Message::from_vec(&buffer[..length]).ok()
}

fn tcp(address: SocketAddr, query: &Message) -> Option<Message> {
    let mut stream = TcpStream::connect_timeout(&address, WAIT).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
    let wire = query.to_vec().ok()?;
    let mut framed = u16::try_from(wire.len()).ok()?.to_be_bytes().to_vec();
    framed.extend(wire);
    stream.write_all(&framed).ok()?;
    let mut length = [0; 2];
    stream.read_exact(&mut length).ok()?;
    let mut body = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut body).ok()?;
    Message::from_vec(&body).ok()
}
