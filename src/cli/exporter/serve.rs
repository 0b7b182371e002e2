//! The HTTP server: it answers from memory and waits for nobody.

use super::shown::Shown;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Prometheus' text format.
const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
/// Who says nothing for so long is hung up on.
const PATIENCE: Duration = Duration::from_secs(30);
/// So many are served at once; others wait.
const CONNECTIONS: usize = 64;

/// Serves for good.
pub(super) async fn serve(listener: TcpListener, shown: Arc<Shown>) {
    let seats = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(seat) = Arc::clone(&seats).acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // No file descriptors left, most likely: they come back.
                tracing::warn!(%error, "a connection can't be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let shown = Arc::clone(&shown);
        tokio::spawn(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let response = answer(&request, &shown);
                async move { Ok::<_, Infallible>(response) }
            });
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
            if let Err(error) = http.serve_connection(TokioIo::new(stream), service).await {
                tracing::debug!(%error, "a connection ended");
            }
            drop(seat);
        });
    }
}

fn answer(request: &Request<Incoming>, shown: &Shown) -> Response<Full<Bytes>> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return response(StatusCode::METHOD_NOT_ALLOWED, TEXT, "only GET is answered\n".into());
    }
    match request.uri().path() {
        "/metrics" => response(StatusCode::OK, METRICS, shown.metrics()),
        "/healthz" => {
            let (is_well, since) = shown.health();
            let status = if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            response(status, TEXT, format!("the last reading ended {} s ago\n", since.as_secs()))
        }
        "/" => response(StatusCode::OK, TEXT, "leeward: /metrics, /healthz\n".into()),
        _ => response(StatusCode::NOT_FOUND, TEXT, "there are /metrics and /healthz\n".into()),
    }
}

fn response(status: StatusCode, content: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content));
    response
}
