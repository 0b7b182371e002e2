//! A way for one connection to an address by another name: a SOCKS5 proxy (RFC 1928) on this machine, for the client library, which
//! lets such a proxy look names up.

use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Hands every connection on to one address, whatever name it asks for, until it is dropped.
pub(super) struct Relay {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Relay {
    /// Listens on a free port of this machine.
    pub async fn to(target: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            // A connection that fails is told to its client by being closed.
            while let Ok((client, _)) = listener.accept().await {
                let _ = serve(client, target).await;
            }
        });
        Ok(Self { address, task })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut client: TcpStream, target: SocketAddr) -> io::Result<()> {
    let methods = { (client.read_u8().await?, client.read_u8().await?) }.1;
    skip(&mut client, usize::from(methods)).await?;
    // No authentication.
    client.write_all(&[5, 0]).await?;
    let (_version, _connect, _reserved) =
        (client.read_u8().await?, client.read_u8().await?, client.read_u8().await?);
    let length = match client.read_u8().await? {
        1 => 4,
        3 => usize::from(client.read_u8().await?),
        _ => 16,
    };
    // The name or address that is asked for, and the port.
    skip(&mut client, length + 2).await?;
    let connected = TcpStream::connect(target).await;
    let code = u8::from(connected.is_err()) * 5;
    client.write_all(&[5, code, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    copy_bidirectional(&mut client, &mut connected?).await?;
    Ok(())
}

async fn skip(client: &mut TcpStream, length: usize) -> io::Result<()> {
    client.read_exact(&mut vec![0; length]).await.map(|_| ())
}
