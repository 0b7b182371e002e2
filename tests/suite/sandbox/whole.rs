//! A sandbox with everything: three brokers a side, passwords, PowerDNS and a resolver.

use super::everything;
use super::life::{Guard, make_topic, records};
use crate::e2e;
use leeward::sandbox::{Sandbox, State, User, consume, produce};
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use std::process::Command;
use std::time::Duration;

#[test]
fn everything_at_once() {
    if !e2e::may_destroy() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut options = everything();
    // Deeper than the path of a socket may be.
    options.dir = folder.path().join("deep".repeat(20)).join("deeper".repeat(10));
    let mut guard = Guard::up(&options);
    let sandbox = guard.get();
    assert_eq!(sandbox.status().iter().filter(|status| status.state == State::Running).count(), 12);
    brokers_stand_in_racks_of_their_own(sandbox);
    records_need_a_right(sandbox);
    a_name_reaches_the_resolver(sandbox);
    powerdns_has_its_api(sandbox);
}

fn client(user: &User) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("security.protocol", "SASL_PLAINTEXT")
        .set("sasl.mechanism", "SCRAM-SHA-512")
        .set("sasl.username", &user.name)
        .set("sasl.password", &user.password);
    config
}

fn brokers_stand_in_racks_of_their_own(sandbox: &Sandbox) {
    let admin = &sandbox.layout().sasl.as_ref().unwrap().admin;
    for cluster in &sandbox.layout().clusters {
        let bootstrap = cluster.bootstrap();
        assert_eq!(bootstrap.len(), 3);
        let consumer: BaseConsumer =
            client(admin).set("bootstrap.servers", bootstrap.join(",")).create().unwrap();
        let metadata = consumer.fetch_metadata(None, Duration::from_secs(30)).unwrap();
        let mut seen: Vec<String> =
            metadata.brokers().iter().map(|broker| format!("127.0.0.1:{}", broker.port())).collect();
        seen.sort();
        let mut wanted = bootstrap;
        wanted.sort();
        assert_eq!(seen, wanted);
        let offsets = metadata.topics().iter().find(|topic| topic.name().ends_with("-offsets")).unwrap();
        assert_eq!(offsets.partitions()[0].replicas().len(), 3, "{}", offsets.name());
    }
}

fn records_need_a_right(sandbox: &Sandbox) {
    let sasl = sandbox.layout().sasl.as_ref().unwrap();
    let bootstrap = sandbox.cluster("hangzhou").unwrap().bootstrap();
    make_topic(&mut client(&sasl.admin), &bootstrap, "orders", 3);
    let (to, from) = records("hangzhou", 20);
    produce(sandbox, &to).unwrap();
    assert_eq!(consume(sandbox, &from, |_| ()).unwrap(), 20);

    let consumer: BaseConsumer =
        client(&sasl.application).set("bootstrap.servers", bootstrap.join(",")).create().unwrap();
    let metadata = consumer.fetch_metadata(Some("orders"), Duration::from_secs(30)).unwrap();
    assert!(metadata.topics()[0].error().is_some(), "a user without a grant sees the topic");
}

fn a_name_reaches_the_resolver(sandbox: &Sandbox) {
    let zone = &sandbox.layout().zone;
    let resolver = sandbox.layout().unbound.unwrap();
    let script = format!(
        "server {ip} {port}\nzone {name}\nupdate add kafka.{name} 5 CNAME kafka-hangzhou.{name}\nsend\n",
        ip = zone.primary.ip(),
        port = zone.primary.port(),
        name = zone.name,
    );
    let file = sandbox.dir().join("update");
    std::fs::write(&file, script).unwrap();
    let key = format!("hmac-sha256:{}:{}", zone.key.name, zone.key.secret);
    let updated = Command::new("nsupdate").args(["-v", "-y", &key]).arg(&file).output().unwrap();
    assert!(updated.status.success(), "{}", String::from_utf8_lossy(&updated.stderr));
    let answer = Command::new("dig")
        .args(["+short", "-p", &resolver.port().to_string(), "@127.0.0.1", &format!("kafka.{}", zone.name)])
        .output()
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(String::from_utf8_lossy(&answer.stdout), format!("kafka-hangzhou.{}\n127.0.0.1\n", zone.name));
}

fn powerdns_has_its_api(sandbox: &Sandbox) {
    let powerdns = sandbox.layout().powerdns.as_ref().unwrap();
    let url = format!("{}/api/v1/servers/localhost/zones/{}", powerdns.api_url(), powerdns.zone);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let get = |key: &str| {
        let request = reqwest::Client::new().get(&url).header("X-API-Key", key);
        runtime.block_on(async { request.send().await.unwrap().status().as_u16() })
    };
    assert_eq!(get(&powerdns.api_key), 200);
    assert_eq!(get("wrong"), 401);
}
