//! An HTTP server that answers what a test tells it to, and remembers what it was asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as it came in.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET /connectors?expand=info`.
    pub line: String,
    /// The value of `Authorization`.
    pub authorization: Option<String>,
    /// The body.
    pub body: String,
}

/// What a request gets.
pub enum Reply {
    /// A status and a body.
    Answer(u16, String),
    /// The connection is closed without a word.
    Close,
    /// Nothing, and the connection stays open.
    Hang,
}

impl Reply {
    /// Status 200 with this body.
    pub fn ok(body: impl ToString) -> Self {
        Self::Answer(200, body.to_string())
    }

    /// An error as Connect writes it.
    pub fn error(status: u16, message: &str) -> Self {
        Self::Answer(status, serde_json::json!({ "error_code": status, "message": message }).to_string())
    }
}

/// A running server; it ends with this handle.
pub struct Http {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

impl Http {
    /// A server that answers each request by `script`.
    pub async fn start(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (script, log) = (Arc::new(script), Arc::clone(&asked));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                tokio::spawn(async move {
                    let _ = serve(stream, &*script, &log).await;
                });
            }
        });
        Self { address, asked, task }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it was asked so far, as `METHOD path`.
    pub fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|request| request.line).collect()
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Http {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    stream: TcpStream,
    script: &(impl Fn(&Request) -> Reply + Sync),
    log: &Mutex<Vec<Request>>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let request = read(&mut stream).await?;
        log.lock().unwrap().push(request.clone());
        match script(&request) {
            Reply::Answer(status, body) => {
                let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n", body.len());
                stream.write_all((head + &body).as_bytes()).await?;
            }
            Reply::Close => return Ok(()),
            Reply::Hang => std::future::pending().await,
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> std::io::Result<Request> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    let line = line.rsplit_once(' ').map_or(line.clone(), |(line, _version)| line.to_owned());
    let (mut length, mut authorization) = (0, None);
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "authorization" => authorization = Some(value.to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(Request { line, authorization, body: String::from_utf8(body).unwrap() })
}
