//! What Connect's REST interface says when it does not do what it was asked, and what a person can do about it.

use super::vault::Vault;
use crate::estate::{Fault, FaultKind};
use crate::provider::http;
use reqwest::StatusCode;
use serde::Deserialize;

/// Why a request to Connect did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RestFault {
    /// No worker could be reached: nothing was sent.
    #[error("no worker can be reached: {}", tried.join("; "))]
    Unreached {
        /// Each worker, and what the system said.
        tried: Vec<String>,
    },
    /// The request left, and no answer came.
    #[error("{url} took the request, but its answer was lost: {reason}")]
    Lost {
        /// The worker.
        url: String,
        /// What ended the wait.
        reason: String,
    },
    /// 409 while the workers agree on who does what, or none of them leads; 500 if they are about to.
    #[error("{url} is in the middle of a rebalance: {said}")]
    Rebalance {
        /// The worker.
        url: String,
        /// What it said.
        said: String,
    },
    /// 409: there is a connector of this name.
    #[error("{url} says that it exists already: {said}")]
    Exists {
        /// The worker.
        url: String,
        /// What it said.
        said: String,
    },
    /// 404.
    #[error("{url} does not know it: {said}")]
    NotFound {
        /// The worker.
        url: String,
        /// What it said.
        said: String,
    },
    /// 400: the request is wrong in itself.
    #[error("{url} refuses it: {said}")]
    Invalid {
        /// The worker.
        url: String,
        /// What it said.
        said: String,
    },
    /// 401.
    #[error("{url} does not accept the credentials (401)")]
    Credentials {
        /// The worker.
        url: String,
    },
    /// 403.
    #[error("{url} does not allow this (403): {said}")]
    Denied {
        /// The worker.
        url: String,
        /// What it said.
        said: String,
    },
    /// 500 because Connect's own 90 s were over: it goes on with what it was asked.
    #[error("{url} did not finish in its own time: {said}")]
    TimedOut {
        /// The worker.
        url: String,
        /// What it said.
        said: String,
    },
    /// Any other status.
    #[error("{url} answered {status}: {said}")]
    Other {
        /// The worker.
        url: String,
        /// The HTTP status.
        status: u16,
        /// What it said.
        said: String,
    },
}

/// The body of every error that Connect itself answers; something in front of it answers otherwise.
#[derive(Deserialize)]
struct Body {
    message: String,
}

impl RestFault {
    /// The fault of a request that was sent and got no HTTP answer.
    pub(super) fn lost(url: &str, error: &reqwest::Error) -> Self {
        Self::Lost { url: url.to_owned(), reason: Self::silence(error) }
    }

    /// Why there was no HTTP answer.
    pub(super) fn silence(error: &reqwest::Error) -> String {
        if error.is_timeout() { "no answer in time".to_owned() } else { http::reason(error) }
    }

    /// The fault that an HTTP status and a body mean.
    pub(super) fn of_answer(url: &str, status: StatusCode, body: &str, vault: &Vault) -> Self {
        let (url, said) = (url.to_owned(), vault.scrub(&said(body)));
        let lower = said.to_lowercase();
        match status.as_u16() {
            400 => Self::Invalid { url, said },
            401 => Self::Credentials { url },
            403 => Self::Denied { url, said },
            404 => Self::NotFound { url, said },
            409 if lower.contains("already exists") => Self::Exists { url, said },
            409 => Self::Rebalance { url, said },
            // A class that is not installed is a bad request, and yet answered as a failure (seen on 4.3).
            500 if lower.contains("badrequestexception: ") => {
                Self::Invalid { url, said: without_wrapping(&said) }
            }
            // Where a request waits behind a rebalance that is about to begin, it is a failure too (seen on 4.3).
            500 if lower.contains("rebalance is expected") => Self::Rebalance { url, said },
            500 if lower.contains("timed out") => Self::TimedOut { url, said },
            status => Self::Other { url, status, said },
        }
    }

    /// True when the same request may succeed in a moment.
    pub const fn is_momentary(&self) -> bool {
        matches!(self, Self::Rebalance { .. })
    }

    /// True when it has to do with the workers and not with what was asked: they may answer in a while.
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Unreached { .. } | Self::Lost { .. } | Self::TimedOut { .. } | Self::Rebalance { .. } => {
                true
            }
            Self::Other { status, .. } => *status >= 500,
            _ => false,
        }
    }

    /// True when what was asked may have been done, or may still be: the world has to be read again.
    pub const fn may_have_happened(&self) -> bool {
        match self {
            Self::Lost { .. } | Self::TimedOut { .. } => true,
            Self::Other { status, .. } => *status >= 500,
            _ => false,
        }
    }

    const fn kind(&self) -> FaultKind {
        match self {
            Self::Unreached { .. } => FaultKind::Unreachable,
            Self::Lost { .. } | Self::TimedOut { .. } => FaultKind::Timeout,
            Self::Rebalance { .. } | Self::Exists { .. } => FaultKind::Conflict,
            Self::NotFound { .. } | Self::Invalid { .. } => FaultKind::Invalid,
            Self::Credentials { .. } => FaultKind::Unauthenticated,
            Self::Denied { .. } => FaultKind::Denied,
            Self::Other { .. } => FaultKind::Internal,
        }
    }

    const fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Unreached { .. } => "is Kafka Connect up, and are the urls of the connect block right?",
            Self::Lost { .. } | Self::TimedOut { .. } => {
                "it may have been carried out: the connector has to be read again"
            }
            Self::Rebalance { .. } => {
                "it lasts longer than leeward waits: look at the workers' logs, try again"
            }
            Self::Credentials { .. } => "check basic_auth of the connect block",
            Self::Denied { .. } => "the REST interface, or what stands before it, restricts this user",
            Self::Other { status: 200, .. } => "is this the address of Kafka Connect's REST interface?",
            Self::Other { status: 503, .. } => "the worker is starting",
            Self::Other { .. } => "the worker's log says more",
            Self::Exists { .. } | Self::NotFound { .. } | Self::Invalid { .. } => return None,
        })
    }
}

/// What a person can read of a body: Connect's message on one line, or the first line of anything else.
fn said(body: &str) -> String {
    let text = match serde_json::from_str::<Body>(body) {
        Ok(body) => body.message.split_whitespace().collect::<Vec<_>>().join(" "),
        Err(_) => body.lines().next().unwrap_or_default().trim().to_owned(),
    };
    if text.is_empty() { "no reason given".to_owned() } else { text.chars().take(600).collect() }
}

/// The message of a wrapped exception, without the list of all that is installed.
fn without_wrapping(said: &str) -> String {
    let inner = said.split_once("Exception: ").map_or(said, |(_, inner)| inner);
    inner.split(", available connectors are").next().unwrap_or(inner).to_owned()
}

impl From<RestFault> for Fault {
    fn from(fault: RestFault) -> Self {
        let converted = Self::new(fault.kind(), fault.to_string());
        match fault.hint() {
            Some(hint) => converted.hint(hint),
            None => converted,
        }
    }
}
