//! A proxy for DNS over TCP that spoils the answers, or the questions.

use std::net::SocketAddr;
use std::sync::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What happens to an answer.
#[derive(Debug, Clone, Copy)]
pub enum Fate {
    /// It arrives.
    Pass,
    /// The connection is closed instead.
    DropAnswer,
    /// Only so many bytes arrive.
    CutAnswer(usize),
    /// It never comes, and the connection stays open.
    Hang,
    /// One byte of the message is changed.
    Flip {
        /// Which one.
        byte: usize,
        /// The bits that change.
        mask: u8,
    },
    /// It is REFUSED, without a signature, and the server hears nothing of the question.
    Refuse,
    /// The last byte of the question's signature (TSIG, RFC 8945) is changed, so that the server does not accept it.
    Forge,
}

/// A running proxy; it ends with this handle.
pub struct Proxy {
    address: SocketAddr,
    fate: watch::Sender<Fate>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Proxy {
    /// A proxy in front of `server`.
    pub async fn start(server: SocketAddr, fate: Fate) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (fate, fates) = watch::channel(fate);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let fate = *fates.borrow();
                tokio::spawn(async move {
                    let _ = carry(client, server, fate).await;
                });
            }
        });
        Self { address, fate, tasks: Mutex::new(vec![task]) }
    }

    /// What happens to answers from here on.
    pub fn set(&self, fate: Fate) {
        self.fate.send_replace(fate);
    }

    /// Carries questions over UDP too, unspoilt.
    pub async fn carry_udp(&self, server: SocketAddr) {
        let socket = UdpSocket::bind(self.address).await.unwrap();
        let task = tokio::spawn(async move {
            let mut buffer = [0; 4096];
            while let Ok((length, client)) = socket.recv_from(&mut buffer).await {
                let upstream = UdpSocket::bind("127.0.0.1:0").await.unwrap();
                upstream.send_to(&buffer[..length], server).await.unwrap();
                let length = upstream.recv(&mut buffer).await.unwrap();
                socket.send_to(&buffer[..length], client).await.unwrap();
            }
        });
        self.tasks.lock().unwrap().push(task);
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.tasks.lock().unwrap().iter().for_each(JoinHandle::abort);
    }
}

async fn carry(mut client: TcpStream, server: SocketAddr, fate: Fate) -> std::io::Result<()> {
    let mut request = framed(&mut client).await?;
    if matches!(fate, Fate::Refuse) {
        return client.write_all(&refusal(&request)).await;
    }
    if matches!(fate, Fate::Forge) {
        // Behind the signature stand the message's number, an error, and the length of nothing: two bytes each.
        let last = request.len() - 7;
        request[last] ^= 1;
    }
    let mut upstream = TcpStream::connect(server).await?;
    upstream.write_all(&request).await?;
    let mut answer = framed(&mut upstream).await?;
    match fate {
        Fate::Pass | Fate::Refuse | Fate::Forge => client.write_all(&answer).await,
        Fate::DropAnswer => Ok(()),
        Fate::CutAnswer(length) => client.write_all(&answer[..length]).await,
        Fate::Hang => {
            let mut nothing = [0];
            client.read(&mut nothing).await.map(drop)
        }
        Fate::Flip { byte, mask } => {
            answer[byte + 2] ^= mask;
            client.write_all(&answer).await
        }
    }
}

/// A bare REFUSED to a request.
fn refusal(request: &[u8]) -> Vec<u8> {
    const ANSWER: u8 = 0x80;
    const REFUSED: u8 = 5;
    let (number, flags) = (&request[2..4], request[4]);
    [&[0, 12][..], number, &[flags | ANSWER, REFUSED], &[0; 8]].concat()
}

/// One message with its length in front.
async fn framed(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let length = stream.read_u16().await?;
    let mut bytes = length.to_be_bytes().to_vec();
    bytes.resize(usize::from(length) + 2, 0);
    stream.read_exact(&mut bytes[2..]).await?;
    Ok(bytes)
}
