//! What PowerDNS' API says when it does not do what it was asked.

use crate::estate::{Fault, FaultKind};
use crate::provider::http;
use reqwest::StatusCode;
use serde::Deserialize;

/// Why a request to the API did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiFault {
    /// No connection: nothing was sent.
    #[error("{url} can't be reached: {reason}")]
    Unreached {
        /// The API's address.
        url: String,
        /// What the system said.
        reason: String,
    },
    /// The request left, and no answer came.
    #[error("{url} took the request, but its answer was lost: {reason}")]
    Lost {
        /// The API's address.
        url: String,
        /// What ended the wait.
        reason: String,
    },
    /// 401.
    #[error("{url} does not accept the API key (401)")]
    Key {
        /// The API's address.
        url: String,
    },
    /// 404.
    #[error("{url} has no zone {zone} on server {server_id} (404)")]
    NoZone {
        /// The API's address.
        url: String,
        /// The zone asked for.
        zone: String,
        /// PowerDNS' name for itself.
        server_id: String,
    },
    /// 422, or 400: the request is wrong in itself.
    #[error("{url} refuses the change of zone {zone}: {said}")]
    Refused {
        /// The API's address.
        url: String,
        /// The zone.
        zone: String,
        /// What the API said.
        said: String,
    },
    /// 5xx or anything else.
    #[error("{url} answered {status} to a request for zone {zone}: {said}")]
    Other {
        /// The API's address.
        url: String,
        /// The zone.
        zone: String,
        /// The HTTP status.
        status: u16,
        /// What the API said.
        said: String,
    },
}

/// An error's body; the API writes it for some statuses only, the others are plain text.
#[derive(Deserialize)]
struct Body {
    error: String,
}

impl ApiFault {
    /// The fault of a request that got no HTTP answer.
    pub(super) fn of_error(url: &str, error: &reqwest::Error) -> Self {
        let (url, reason) = (url.to_owned(), http::reason(error));
        if http::was_not_sent(error) { Self::Unreached { url, reason } } else { Self::Lost { url, reason } }
    }

    /// The fault that an HTTP status and a body mean.
    pub(super) fn of_answer(url: &str, server_id: &str, zone: &str, status: StatusCode, body: &str) -> Self {
        let (url, zone) = (url.to_owned(), zone.to_owned());
        let said = said(body);
        match status.as_u16() {
            401 => Self::Key { url },
            404 => Self::NoZone { url, zone, server_id: server_id.to_owned() },
            400 | 422 => Self::Refused { url, zone, said },
            status => Self::Other { url, zone, status, said },
        }
    }

    /// True when the change may have been made: the world has to be read again.
    pub const fn may_have_happened(&self) -> bool {
        match self {
            Self::Lost { .. } => true,
            Self::Other { status, .. } => *status >= 500,
            _ => false,
        }
    }
}

fn said(body: &str) -> String {
    let text = serde_json::from_str::<Body>(body).map_or_else(|_| body.to_owned(), |body| body.error);
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() { "no reason given".to_owned() } else { line.chars().take(300).collect() }
}

impl From<ApiFault> for Fault {
    fn from(fault: ApiFault) -> Self {
        let (kind, hint) = match &fault {
            ApiFault::Unreached { .. } => {
                (FaultKind::Unreachable, Some("is webserver=yes set, and its address reachable from here?"))
            }
            ApiFault::Lost { .. } => {
                (FaultKind::Timeout, Some("it may have been carried out: the record has to be read again"))
            }
            ApiFault::Key { .. } => {
                (FaultKind::Unauthenticated, Some("compare api_key with api-key of pdns.conf"))
            }
            ApiFault::NoZone { .. } => {
                (FaultKind::Invalid, Some("check the zone of the record, url and server_id"))
            }
            ApiFault::Refused { .. } => (FaultKind::Invalid, None),
            ApiFault::Other { .. } => (FaultKind::Internal, Some("the log of pdns_server says more")),
        };
        let converted = Self::new(kind, fault.to_string());
        match hint {
            Some(hint) => converted.hint(hint),
            None => converted,
        }
    }
}
