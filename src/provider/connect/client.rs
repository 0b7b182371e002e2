//! The REST interface: workers are tried in turn, and a rebalance is waited out.

use super::body::{Expanded, Info, Offsets, Plugin, Status, Validation, Worker};
use super::fault::RestFault;
use super::vault::Vault;
use crate::estate::{BasicAuth, Connect, Fault, FaultKind};
use crate::provider::{Requests, http};
use backon::{ExponentialBuilder, Retryable};
use futures::future::join_all;
use reqwest::{Method, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How often, and with which pauses, a request that met a rebalance is sent again: 100 ms to 2 s, 15 s in all.
const RETRIES: usize = 12;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A Connect cluster's REST interface.
#[derive(Debug, Clone)]
pub struct Client {
    workers: Vec<Url>,
    /// The worker that answered last: it is asked first.
    first: Arc<AtomicUsize>,
    auth: Option<BasicAuth>,
    vault: Arc<Vault>,
    http: reqwest::Client,
    waits: Waits,
    requests: Arc<Requests>,
}

/// How long a connector may take to get where it was told to go.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// To run with its tasks.
    pub start: Duration,
    /// To stop. One whose source is dead sits in a call to it for a minute.
    pub stop: Duration,
    /// For a worker to answer again that is silent or fails in itself: one that is started anew, or whose cluster was gone.
    pub silence: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { start: seconds(60), stop: seconds(90), silence: seconds(20) }
    }
}

/// One request.
struct Call<'a> {
    method: Method,
    path: Vec<&'a str>,
    query: &'static str,
    body: Option<Value>,
}

impl<'a> Call<'a> {
    fn new(method: Method, path: impl IntoIterator<Item = &'a str>) -> Self {
        Self { method, path: path.into_iter().collect(), query: "", body: None }
    }

    fn query(self, query: &'static str) -> Self {
        Self { query, ..self }
    }

    fn body(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// What it is counted as.
    fn sort(&self) -> &'static str {
        match (self.method.as_str(), self.path.as_slice()) {
            ("GET", []) => "GET /",
            ("GET", ["connectors"]) if self.query.is_empty() => "GET /connectors",
            ("GET", ["connectors"]) => "GET /connectors?expand",
            ("GET", ["connectors", ..]) => "GET /connectors/NAME",
            ("GET", _) => "GET /connector-plugins",
            ("POST", _) => "POST",
            ("PUT", _) => "PUT",
            ("PATCH", _) => "PATCH",
            _ => "DELETE",
        }
    }
}

impl Client {
    /// A client of a Connect cluster; nothing is sent yet.
    ///
    /// # Errors
    /// A fault when a URL or the certificate authority can't be used.
    pub fn new(connect: &Connect, vault: Arc<Vault>) -> Result<Self, Fault> {
        let workers = connect.urls.iter().map(|url| worker_url(url)).collect::<Result<Vec<_>, _>>()?;
        if workers.is_empty() {
            return Err(Fault::new(FaultKind::Invalid, "the connect block has no url"));
        }
        Ok(Self {
            workers,
            first: Arc::default(),
            auth: connect.basic_auth.clone(),
            vault,
            http: http::client(connect.timeout, connect.ca.as_deref())?,
            waits: Waits::default(),
            requests: Arc::default(),
        })
    }

    /// The same client with other waits.
    #[must_use]
    pub fn with_waits(self, waits: Waits) -> Self {
        Self { waits, ..self }
    }

    /// How long connectors are waited for.
    pub const fn waits(&self) -> Waits {
        self.waits
    }

    /// The requests sent until now.
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// The secrets that connectors are configured with.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// What each worker says of itself, asked in parallel: every one has its own version and plugins, and only
    /// `GET /` tells where it belongs.
    pub async fn workers(&self) -> Vec<Result<Worker, RestFault>> {
        let each = self.workers.iter().map(|worker| Self { workers: vec![worker.clone()], ..self.clone() });
        let ask = async |one: Self| one.json(Call::new(Method::GET, [])).await;
        join_all(each.map(ask)).await
    }

    /// The connector plugins of the worker that answers.
    ///
    /// # Errors
    /// [`RestFault`].
    pub async fn plugins(&self) -> Result<Vec<Plugin>, RestFault> {
        self.json(Call::new(Method::GET, ["connector-plugins"])).await
    }

    /// All connectors, configurations and states, in one request.
    ///
    /// # Errors
    /// [`RestFault`].
    pub async fn connectors(&self) -> Result<BTreeMap<String, Expanded>, RestFault> {
        self.json(Call::new(Method::GET, ["connectors"]).query("expand=info&expand=status")).await
    }

    /// The names of all connectors.
    ///
    /// # Errors
    /// [`RestFault`].
    pub async fn names(&self) -> Result<BTreeSet<String>, RestFault> {
        self.json(Call::new(Method::GET, ["connectors"])).await
    }

    /// One connector, if it is there; its state is missing until it has run once.
    ///
    /// # Errors
    /// [`RestFault`].
    pub async fn connector(&self, name: &str) -> Result<Option<Expanded>, RestFault> {
        let info: Info = match self.json(Call::new(Method::GET, ["connectors", name])).await {
            Ok(info) => info,
            Err(RestFault::NotFound { .. }) => return Ok(None),
            Err(fault) => return Err(fault),
        };
        Ok(Some(Expanded { info: Some(info), status: self.status(name).await? }))
    }

    async fn status(&self, name: &str) -> Result<Option<Status>, RestFault> {
        match self.json(Call::new(Method::GET, ["connectors", name, "status"])).await {
            Ok(status) => Ok(Some(status)),
            Err(RestFault::NotFound { .. }) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// What Connect itself finds wrong with a configuration: one line a complaint.
    ///
    /// # Errors
    /// [`RestFault`].
    pub async fn complaints(
        &self,
        class: &str,
        config: &BTreeMap<String, String>,
    ) -> Result<Vec<String>, RestFault> {
        let path = ["connector-plugins", class, "config", "validate"];
        let validation: Validation = self.json(Call::new(Method::PUT, path).body(json!(config))).await?;
        let lines = validation.configs.into_iter().flat_map(|config| {
            let name = config.value.name;
            config.value.errors.into_iter().map(move |error| format!("{name}: {error}"))
        });
        let mut lines: Vec<String> = lines.map(|line| self.vault.scrub(&line)).collect();
        lines.sort();
        lines.dedup();
        if lines.is_empty() && validation.error_count > 0 {
            lines.push(format!("{} settings are wrong", validation.error_count));
        }
        Ok(lines)
    }

    /// Makes a connector that is stopped from the beginning (KIP-980, Connect 3.7).
    ///
    /// # Errors
    /// [`RestFault`].
    pub async fn create(&self, name: &str, config: &BTreeMap<String, String>) -> Result<(), RestFault> {
        let body = json!({ "name": name, "config": config, "initial_state": "STOPPED" });
        self.done(Call::new(Method::POST, ["connectors"]).body(body)).await
    }

    /// Gives a connector another configuration; it keeps its state.
    ///
    /// # Errors
    /// [`RestFault`].
    pub async fn configure(&self, name: &str, config: &BTreeMap<String, String>) -> Result<(), RestFault> {
        self.done(Call::new(Method::PUT, ["connectors", name, "config"]).body(json!(config))).await
    }

    /// Deletes a connector; its offsets stay.
    ///
    /// # Errors
    /// [`RestFault`].
    pub async fn delete(&self, name: &str) -> Result<(), RestFault> {
        self.done(Call::new(Method::DELETE, ["connectors", name])).await
    }

    /// Tells a connector to stop; the answer comes before its tasks are down.
    ///
    /// # Errors
    /// [`RestFault`].
    pub async fn stop(&self, name: &str) -> Result<(), RestFault> {
        self.done(Call::new(Method::PUT, ["connectors", name, "stop"])).await
    }

    /// Tells a connector to run.
    ///
    /// # Errors
    /// [`RestFault`].
    pub async fn resume(&self, name: &str) -> Result<(), RestFault> {
        self.done(Call::new(Method::PUT, ["connectors", name, "resume"])).await
    }

    /// Restarts a connector and its tasks: those that failed, or all.
    ///
    /// # Errors
    /// [`RestFault`].
    pub async fn restart(&self, name: &str, only_failed: bool) -> Result<(), RestFault> {
        let query = if only_failed {
            "includeTasks=true&onlyFailed=true"
        } else {
            "includeTasks=true&onlyFailed=false"
        };
        self.done(Call::new(Method::POST, ["connectors", name, "restart"]).query(query)).await
    }

    /// How far a MirrorMaker source connector has carried each partition, as committed.
    ///
    /// # Errors
    /// [`RestFault`].
    pub async fn offsets(&self, name: &str) -> Result<Offsets, RestFault> {
        self.json(Call::new(Method::GET, ["connectors", name, "offsets"])).await
    }

    /// Sets offsets of a stopped connector; partitions that are not named keep theirs.
    ///
    /// # Errors
    /// [`RestFault`].
    pub async fn set_offsets(&self, name: &str, offsets: &Offsets) -> Result<(), RestFault> {
        self.done(Call::new(Method::PATCH, ["connectors", name, "offsets"]).body(json!(offsets))).await
    }

    /// Forgets all offsets of a stopped connector.
    ///
    /// # Errors
    /// [`RestFault`].
    pub async fn reset_offsets(&self, name: &str) -> Result<(), RestFault> {
        self.done(Call::new(Method::DELETE, ["connectors", name, "offsets"])).await
    }

    /// Asks until the workers answer, or have been silent or failing for too long ([`Waits::silence`]). What is asked so must be
    /// the same when it is done twice.
    ///
    /// # Errors
    /// [`RestFault`]: the last one.
    pub(super) async fn answered<T, F: Future<Output = Result<T, RestFault>>>(
        &self,
        ask: impl Fn() -> F,
    ) -> Result<T, RestFault> {
        let (started, mut pause) = (Instant::now(), FIRST_PAUSE);
        loop {
            match ask().await {
                Err(fault) if fault.may_pass() && started.elapsed() < self.waits.silence => {
                    tracing::warn!(%fault, "asking again");
                    sleep(pause).await;
                }
                answer => return answer,
            }
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        }
    }

    async fn done(&self, call: Call<'_>) -> Result<(), RestFault> {
        self.patiently(&call).await.map(drop)
    }

    async fn json<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, RestFault> {
        let (url, body) = self.patiently(&call).await?;
        // The error's own text is left out: it may quote a piece of the body, and so of a configuration.
        serde_json::from_str(&body).map_err(|error| RestFault::Other {
            url,
            status: StatusCode::OK.as_u16(),
            said: format!("a body that is not Connect's (line {}, column {})", error.line(), error.column()),
        })
    }

    /// Sends a request, and again after a pause while the workers are rebalancing.
    async fn patiently(&self, call: &Call<'_>) -> Result<(String, String), RestFault> {
        let pauses = ExponentialBuilder::default()
            .with_min_delay(FIRST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .with_max_times(RETRIES)
            .with_jitter();
        (|| self.of_any_worker(call)).retry(pauses).when(RestFault::is_momentary).await
    }

    /// Sends a request to one worker after the other until one answers. A change that may have reached a worker
    /// is not sent to another one.
    async fn of_any_worker(&self, call: &Call<'_>) -> Result<(String, String), RestFault> {
        let first = self.first.load(Ordering::Relaxed);
        let mut tried = Vec::new();
        for nth in 0..self.workers.len() {
            let at = (first + nth) % self.workers.len();
            let worker = &self.workers[at];
            self.requests.note(call.sort(), 1);
            let url = worker.as_str().trim_end_matches('/');
            match self.request(worker, call).send().await {
                Ok(answer) => {
                    self.first.store(at, Ordering::Relaxed);
                    return self.answer(url, answer).await;
                }
                Err(error) if http::was_not_sent(&error) => {
                    tried.push(format!("{url} ({})", http::reason(&error)));
                }
                Err(error) if call.method == Method::GET => {
                    tried.push(format!("{url} ({})", RestFault::silence(&error)));
                }
                Err(error) => return Err(RestFault::lost(url, &error)),
            }
        }
        Err(RestFault::Unreached { tried })
    }

    fn request(&self, worker: &Url, call: &Call<'_>) -> reqwest::RequestBuilder {
        let mut url = worker.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(&call.path);
        }
        url.set_query((!call.query.is_empty()).then_some(call.query));
        let mut request = self.http.request(call.method.clone(), url);
        if let Some(auth) = &self.auth {
            request = request.basic_auth(&auth.username, Some(auth.password.expose()));
        }
        match &call.body {
            Some(body) => request.json(body),
            None => request,
        }
    }

    async fn answer(&self, url: &str, answer: reqwest::Response) -> Result<(String, String), RestFault> {
        let status = answer.status();
        let body = answer.text().await.map_err(|error| RestFault::lost(url, &error))?;
        if status.is_success() {
            return Ok((url.to_owned(), body));
        }
        Err(RestFault::of_answer(url, status, &body, &self.vault))
    }
}

fn worker_url(url: &str) -> Result<Url, Fault> {
    let parsed = url.parse::<Url>().ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    // A password in the address would be shown with it.
    let plain = parsed.filter(|url| url.username().is_empty() && url.password().is_none() && url.has_host());
    plain.ok_or_else(|| {
        let message = "a url of the connect block is no plain http or https address";
        Fault::new(FaultKind::Invalid, message)
            .hint("it looks like http://host:8083; credentials go in basic_auth")
    })
}
