//! Free ports, for TCP and UDP at once.

use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};

/// An address whose port is free for TCP and UDP now; whoever starts there proves that it is itself.
pub fn free(ip: &str) -> SocketAddr {
    let ip: IpAddr = ip.parse().unwrap();
    for _ in 0..100 {
        let listener = TcpListener::bind((ip, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        if UdpSocket::bind(address).is_ok() {
            return address;
        }
    }
    panic!("no port of {ip} is free for both TCP and UDP");
}
