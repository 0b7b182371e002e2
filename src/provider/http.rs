//! The HTTP client that Connect and PowerDNS share.

use crate::estate::{Fault, FaultKind};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client};
use std::error::Error;
use std::sync::Once;
use std::time::Duration;

/// How long a connection may take, if the whole request may take longer.
const CONNECT_WAIT: Duration = Duration::from_secs(3);

/// A client that trusts `ca` (PEM) instead of the system's authorities, if one is given.
///
/// It follows no redirect, since a redirect would carry credentials elsewhere, and uses no proxy of the
/// environment, since these services stand inside the network.
///
/// # Errors
/// A fault when `ca` is no PEM certificate.
pub(super) fn client(timeout: Duration, ca: Option<&str>) -> Result<Client, Fault> {
    static CRYPTO: Once = Once::new();
    CRYPTO.call_once(|| {
        // Fails only when another provider is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let mut builder = Client::builder()
        .user_agent(concat!("leeward/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_WAIT.min(timeout))
        .timeout(timeout);
    if let Some(pem) = ca {
        let bundle = Certificate::from_pem_bundle(pem.as_bytes()).map_err(|error| bad_ca(&error))?;
        if bundle.is_empty() {
            return Err(Fault::new(FaultKind::Invalid, "ca holds no PEM certificate"));
        }
        builder = builder.tls_certs_only(bundle);
    }
    builder.build().map_err(|error| {
        Fault::new(FaultKind::Internal, format!("the HTTP client can't be set up: {}", reason(&error)))
    })
}

fn bad_ca(error: &reqwest::Error) -> Fault {
    Fault::new(FaultKind::Invalid, format!("ca is no PEM certificate: {}", reason(error)))
}

/// The innermost cause of an error: "Connection refused (os error 111)" rather than "error sending request".
pub(super) fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// True when the request can't have reached the server: no connection was made.
pub(super) fn was_not_sent(error: &reqwest::Error) -> bool {
    error.is_connect() || error.is_builder()
}
