//! Connect, asked by hand.

use leeward::sandbox::Sandbox;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Waits until something holds; half a million records may have to cross for it.
pub fn until<T: std::fmt::Debug>(what: &str, mut look: impl FnMut() -> T, holds: impl Fn(&T) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let seen = look();
        if holds(&seen) {
            return;
        }
        assert!(Instant::now() < deadline, "{what}: {seen:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The source connector and its worker.
pub struct Rest {
    runtime: tokio::runtime::Runtime,
    url: String,
}

/// By topic and partition, an offset.
pub type Offsets = BTreeMap<(String, i32), i64>;

impl Rest {
    /// The worker beside the standby.
    pub fn new(sandbox: &Sandbox) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { runtime, url: sandbox.cluster("shanghai").unwrap().connect_url() }
    }

    /// Asks for something; null if there is no answer, or none with a body.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        self.runtime.block_on(async {
            let mut request =
                reqwest::Client::new().request(method.parse().unwrap(), format!("{}{path}", self.url));
            if let Some(body) = body {
                request = request.json(body);
            }
            let Ok(answer) = request.send().await else { return Value::Null };
            serde_json::from_str(&answer.text().await.unwrap_or_default()).unwrap_or_default()
        })
    }

    /// How far a connector has committed that it has carried.
    pub fn carried(&self, connector: &str) -> Offsets {
        let told = self.ask("GET", &format!("/connectors/{connector}/offsets"), None);
        let entries = told["offsets"].as_array().cloned().unwrap_or_default();
        let offset = |entry: &Value| {
            let (partition, offset) = (&entry["partition"], entry["offset"]["offset"].as_i64()?);
            let number = i32::try_from(partition["partition"].as_i64()?).ok()?;
            Some(((partition["topic"].as_str()?.to_owned(), number), offset))
        };
        entries.iter().filter_map(offset).collect()
    }

    /// Stops a connector, sets it back by so many offsets in every partition, and lets it go on.
    pub fn set_back(&self, connector: &str, by: i64) {
        let path = |what: &str| format!("/connectors/{connector}/{what}");
        self.ask("PUT", &path("stop"), None);
        let stopped = |status: &Value| {
            status["connector"]["state"] == "STOPPED" && status["tasks"].as_array().is_some_and(Vec::is_empty)
        };
        until("the connector's stop", || self.ask("GET", &path("status"), None), stopped);
        let mut offsets = self.ask("GET", &path("offsets"), None);
        for entry in offsets["offsets"].as_array_mut().unwrap() {
            let offset = entry["offset"]["offset"].as_i64().unwrap();
            entry["offset"] = json!({ "offset": (offset - by).max(0) });
        }
        let answer = self.ask("PATCH", &path("offsets"), Some(&offsets));
        assert!(answer["message"].as_str().is_some_and(|message| message.contains("altered")), "{answer}");
        self.ask("PUT", &path("resume"), None);
    }
}
