//! What librdkafka says beside its answers: logs, and errors of whole connections.

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Hands librdkafka's logs to tracing, and keeps the last error of a connection: it is the reason behind a timeout.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// The cluster's name.
    pub name: String,
    last: Mutex<Option<(RDKafkaErrorCode, String)>>,
    all_down: AtomicBool,
}

impl Context {
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// The last error of a connection, and what librdkafka said of it.
    pub fn last(&self) -> Option<(RDKafkaErrorCode, String)> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The refusal of who we are, if that is what keeps the cluster from answering: waiting would not help.
    pub fn refusal(&self) -> Option<(RDKafkaErrorCode, String)> {
        self.last().filter(|(code, _)| {
            matches!(code, RDKafkaErrorCode::Authentication | RDKafkaErrorCode::SaslAuthenticationFailed)
        })
    }

    /// Whether no broker accepts a connection.
    pub fn is_down(&self) -> bool {
        self.all_down.load(Ordering::Relaxed)
    }

    fn note(&self, error: &KafkaError, reason: &str) {
        tracing::debug!(cluster = self.name, %error, reason, "librdkafka");
        let Some(code) = error.rdkafka_error_code() else { return };
        if code == RDKafkaErrorCode::AllBrokersDown {
            self.all_down.store(true, Ordering::Relaxed);
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // That all brokers are down says less than why the last one is.
        if code != RDKafkaErrorCode::AllBrokersDown || last.is_none() {
            *last = Some((code, plain(reason).to_owned()));
        }
    }
}

/// librdkafka says how long a connection was in which state, and how often it said the same: nobody can act on that.
fn plain(reason: &str) -> &str {
    reason.split_once(" (after ").map_or(reason, |(plain, _)| plain)
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        let cluster = &self.name;
        match level {
            RDKafkaLogLevel::Debug => tracing::trace!(cluster, facility, "librdkafka: {message}"),
            RDKafkaLogLevel::Info | RDKafkaLogLevel::Notice => {
                tracing::debug!(cluster, facility, "librdkafka: {message}");
            }
            // librdkafka warns of what it mends by itself; what it can't comes back as a fault.
            _ => tracing::info!(cluster, facility, "librdkafka: {message}"),
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.note(&error, reason);
    }
}

impl ConsumerContext for Context {}
