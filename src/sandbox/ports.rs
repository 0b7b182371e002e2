//! Free ports that stay free while their server is down.

use std::collections::HashSet;
use std::net::{TcpListener, UdpSocket};

/// The ports looked through. They lie below the range from which Linux takes the ports of outgoing connections
/// (32768 and up): a client that keeps knocking at a dead server's port would else sooner or later be given that very
/// port as its own, connect to itself, and keep the server from coming back.
const RANGE: std::ops::Range<u16> = 15_000..32_000;

/// Hands out ports that nobody listens on, each one once.
#[derive(Default)]
pub(super) struct Ports {
    taken: HashSet<u16>,
}

impl Ports {
    /// A port that is free for TCP and UDP on both addresses that a sandbox uses; `None` if there is none left.
    pub(super) fn free(&mut self) -> Option<u16> {
        let width = usize::from(RANGE.end - RANGE.start);
        let start = usize::try_from(uuid::Uuid::new_v4().as_u128() % width as u128).unwrap_or_default();
        let mut candidates = RANGE.cycle().skip(start).take(width);
        let found = candidates.find(|port| !self.taken.contains(port) && is_free(*port))?;
        self.taken.insert(found);
        Some(found)
    }
}

fn is_free(port: u16) -> bool {
    ["127.0.0.1", "127.0.0.2"]
        .iter()
        .all(|host| TcpListener::bind((*host, port)).is_ok() && UdpSocket::bind((*host, port)).is_ok())
}
