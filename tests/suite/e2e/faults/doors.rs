//! Doors in front of all that leeward and the mirror reach.

use crate::servers::gate::Gate;
use crate::servers::http::{Http, Reply, Request};
use crate::servers::proxy::{Fate, Proxy};
use leeward::sandbox::Sandbox;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};

/// What the Connect clusters do with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// They answer it.
    Answer,
    /// They answer with this status.
    Say(u16),
    /// They say nothing.
    Silent,
}

/// The doors of one pair.
pub struct Doors {
    runtime: Runtime,
    gates: [Gate; 2],
    workers: [Http; 2],
    rest: Arc<Mutex<Rest>>,
    names: Proxy,
}

impl Doors {
    /// Open doors in front of a sandbox.
    pub fn before(sandbox: &Sandbox) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
        let rest = Arc::new(Mutex::new(Rest::Answer));
        let layout = sandbox.layout();
        let gate = async |side: usize| Gate::before(&layout.clusters[side].bootstrap()[0], None).await;
        let worker = async |side: usize| {
            let (url, rest) = (layout.clusters[side].connect_url(), Arc::clone(&rest));
            let client =
                reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
            Http::start(move |request| {
                // The lock must not be held while the answer is waited for.
                let rest = *rest.lock().unwrap();
                answer(&client, &url, rest, request)
            })
            .await
        };
        let (gates, workers, names) = runtime.block_on(async {
            let names = Proxy::start(layout.zone.primary, Fate::Pass).await;
            names.carry_udp(layout.zone.primary).await;
            ([gate(0).await, gate(1).await], [worker(0).await, worker(1).await], names)
        });
        Self { runtime, gates, workers, rest, names }
    }

    /// The sandbox's variables, with the doors in the place of what they stand before.
    pub fn vars(&self, sandbox: &Sandbox, vars: &str) -> String {
        let mut vars = vars.to_owned();
        for ((cluster, gate), worker) in sandbox.layout().clusters.iter().zip(&self.gates).zip(&self.workers)
        {
            vars = vars.replace(&cluster.bootstrap()[0], &gate.address());
            vars = vars.replace(&cluster.connect_url(), &worker.url());
        }
        let (server, door) = (sandbox.layout().zone.primary.to_string(), self.names.address().to_string());
        let through = |line: &str| match line.starts_with("dns_server") {
            true => line.replace(&server, &door),
            false => line.to_owned(),
        };
        vars.lines().map(through).collect::<Vec<_>>().join("\n")
    }

    /// The gate in front of a side's broker.
    pub fn gate(&self, side: usize) -> &Gate {
        &self.gates[side]
    }

    /// What Connect does from here on, on both sides.
    pub fn rest(&self, rest: Rest) {
        *self.rest.lock().unwrap() = rest;
    }

    /// What becomes of DNS updates from here on.
    pub fn names(&self, fate: Fate) {
        self.names.set(fate);
    }

    /// Waits a moment for a side's gate to hold a request back, and answers whether it does.
    pub fn holds(&self, side: usize) -> bool {
        let held =
            async { tokio::time::timeout(Duration::from_millis(50), self.gates[side].until_held()).await };
        self.runtime.block_on(held).is_ok()
    }
}

fn answer(client: &reqwest::Client, url: &str, rest: Rest, request: &Request) -> Reply {
    match rest {
        Rest::Answer => {
            tokio::task::block_in_place(|| Handle::current().block_on(forwarded(client, url, request)))
        }
        Rest::Say(status) => {
            Reply::error(status, "Cannot complete request momentarily due to stale configuration")
        }
        Rest::Silent => Reply::Hang,
    }
}

async fn forwarded(client: &reqwest::Client, url: &str, request: &Request) -> Reply {
    let (method, path) = request.line.split_once(' ').unwrap();
    let mut asked = client.request(method.parse().unwrap(), format!("{url}{path}"));
    if !request.body.is_empty() {
        asked = asked.header("Content-Type", "application/json").body(request.body.clone());
    }
    let Ok(answer) = asked.send().await else { return Reply::Close };
    let status = answer.status().as_u16();
    answer.text().await.map_or(Reply::Close, |body| Reply::Answer(status, body))
}
