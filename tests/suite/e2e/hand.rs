//! What somebody does by hand, and what is really there: with librdkafka, Connect's REST interface and DNS updates,
//! and nothing of leeward in between.

use crate::servers::probe;
use hickory_proto::rr::RecordType;
use leeward::sandbox::Sandbox;
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::DefaultClientContext;
use std::collections::HashMap;
use std::process::Command;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const WAIT: Duration = Duration::from_secs(60);

/// Waits until something holds, and fails with what was seen last if it never does.
pub fn until<T: std::fmt::Debug>(what: &str, mut look: impl FnMut() -> T, holds: impl Fn(&T) -> bool) {
    let deadline = Instant::now() + WAIT;
    loop {
        let seen = look();
        if holds(&seen) {
            return;
        }
        assert!(Instant::now() < deadline, "{what}: {seen:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until what is said is the truth, twice in a row since the truth may be under way; answers it.
pub fn agreed<T: std::fmt::Debug + PartialEq>(what: &str, said: impl Fn() -> T, truth: impl Fn() -> T) -> T {
    let mut times = 0;
    let look = || {
        let seen = (said(), truth());
        times = if seen.0 == seen.1 { times + 1 } else { 0 };
        (times, seen)
    };
    until(what, look, |(times, _)| *times == 2);
    truth()
}

/// Hands on one cluster of a sandbox and on the Connect worker beside it.
pub struct Hand {
    runtime: Runtime,
    admin: AdminClient<DefaultClientContext>,
    connect: String,
}

impl Hand {
    /// Takes hold of a cluster; as its administrator, if it asks for a password.
    pub fn on(sandbox: &Sandbox, cluster: &str) -> Self {
        let at = sandbox.cluster(cluster).unwrap();
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", at.bootstrap().join(","));
        if let Some(sasl) = &sandbox.layout().sasl {
            login(&mut config, &sasl.admin);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let admin = config.create().unwrap();
        Self { runtime, admin, connect: at.connect_url() }
    }

    /// Makes a topic with one copy of each partition, and waits until it is seen.
    pub fn make_topic(&self, name: &str, partitions: i32, config: &[(&str, &str)]) {
        let mut topic = NewTopic::new(name, partitions, TopicReplication::Fixed(1));
        topic.config = config.to_vec();
        let made = self.runtime.block_on(self.admin.create_topics([&topic], &AdminOptions::new())).unwrap();
        assert_eq!(made, [Ok(name.to_owned())]);
        until(name, || self.partitions(name), |seen| *seen == Some(partitions as usize));
    }

    /// Deletes a topic, and waits until it is gone.
    pub fn delete_topic(&self, name: &str) {
        let gone = self.runtime.block_on(self.admin.delete_topics(&[name], &AdminOptions::new())).unwrap();
        assert_eq!(gone, [Ok(name.to_owned())]);
        until(name, || self.partitions(name), Option::is_none);
    }

    /// Sets what is a topic's own to just this, and waits until it is seen.
    pub fn set(&self, topic: &str, key: &str, value: &str) {
        let entries = HashMap::from([(key, value)]);
        let change = AlterConfig { specifier: ResourceSpecifier::Topic(topic), entries };
        let set = self.runtime.block_on(self.admin.alter_configs([&change], &AdminOptions::new())).unwrap();
        assert!(set[0].is_ok(), "{set:?}");
        until(topic, || self.setting(topic, key), |seen| seen == value);
    }

    /// How many partitions a topic has; none if it is not there.
    pub fn partitions(&self, topic: &str) -> Option<usize> {
        let seen = self.admin.inner().fetch_metadata(None, WAIT).unwrap();
        let found = seen.topics().iter().find(|seen| seen.name() == topic)?;
        Some(found.partitions().len())
    }

    /// A setting of a topic, its own or inherited.
    pub fn setting(&self, topic: &str, key: &str) -> String {
        let (resource, options) = (ResourceSpecifier::Topic(topic), AdminOptions::new());
        let asked = self.admin.describe_configs([&resource], &options);
        let answer = self.runtime.block_on(asked).unwrap().remove(0).unwrap();
        answer.get(key).and_then(|entry| entry.value.clone()).unwrap_or_default()
    }

    /// Asks Connect for something about a connector: `PUT`, `pause`.
    pub fn connector(&self, method: &str, name: &str, what: &str) -> serde_json::Value {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let url = format!("{}/connectors/{name}{what}", self.connect);
        self.runtime.block_on(async {
            let request = reqwest::Client::new().request(method.parse().unwrap(), &url);
            let answer = request.send().await.unwrap();
            serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default()
        })
    }

    /// The states of a connector and of its tasks; empty if it is not there.
    pub fn states(&self, name: &str) -> Vec<String> {
        let status = self.connector("GET", name, "/status");
        let tasks = status["tasks"].as_array().cloned().unwrap_or_default();
        let parts = std::iter::once(&status["connector"]).chain(&tasks);
        parts.filter_map(|part| part["state"].as_str().map(str::to_owned)).collect()
    }
}

/// Lets a client log in as this user.
pub fn login(config: &mut ClientConfig, user: &leeward::sandbox::User) {
    config
        .set("security.protocol", "SASL_PLAINTEXT")
        .set("sasl.mechanism", "SCRAM-SHA-512")
        .set("sasl.username", &user.name)
        .set("sasl.password", &user.password);
}

/// Makes `name` of the sandbox's zone an alias of `target`, whatever it was.
pub fn point(sandbox: &Sandbox, name: &str, target: &str) {
    let zone = &sandbox.layout().zone;
    let script = format!(
        "server {ip} {port}\nzone {zone}\nupdate delete {name} CNAME\nupdate add {name} 9 CNAME {target}\nsend\n",
        ip = zone.primary.ip(),
        port = zone.primary.port(),
        zone = zone.name,
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("update");
    std::fs::write(&file, script).unwrap();
    let key = format!("hmac-sha256:{}:{}", zone.key.name, zone.key.secret);
    let updated = Command::new("nsupdate").args(["-v", "-y", &key]).arg(&file).output().unwrap();
    assert!(updated.status.success(), "{}", String::from_utf8_lossy(&updated.stderr));
}

/// What the zone's primary and its secondary say of an alias, without what is said twice.
pub fn alias(sandbox: &Sandbox, name: &str) -> Vec<String> {
    let authorities = sandbox.layout().zone.authorities();
    let mut said: Vec<String> =
        authorities.iter().flat_map(|at| probe::values(*at, name, RecordType::CNAME)).collect();
    said.dedup();
    said
}
