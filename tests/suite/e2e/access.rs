//! The right to write is where the active side is.

use super::estate::{Estate, lines};
use super::hand::{login, until};
use super::sasl_sandbox;
use leeward::sandbox::Sandbox;
use rdkafka::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer, ProducerContext};
use rdkafka::{ClientContext, util::Timeout};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

const ESTATE: &str = r#"
topic "orders" {
  pair               = pair.main
  name               = "orders-TAG"
  partitions         = 1
  replication_factor = 1
  on_remove          = "delete"
}

access "writers" {
  pair       = pair.main
  on         = "active"
  principals = ["User:${var.application_username}"]
  topics     = [topic.orders.name]
  operations = ["WRITE"]
}

access "readers" {
  pair       = pair.main
  on         = "both"
  principals = ["User:reader-TAG"]
  groups     = ["group-TAG"]
  operations = ["READ"]
}
"#;

/// Tells how the delivery of one record ended.
struct Told(Sender<Result<(), RDKafkaErrorCode>>);

impl ClientContext for Told {}

impl ProducerContext for Told {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let told = match result {
            Ok(_) => Ok(()),
            Err((KafkaError::MessageProduction(code), _)) => Err(*code),
            Err((error, _)) => panic!("{error}"),
        };
        let _ = self.0.send(told);
    }
}

/// Whether the application may write a record to the topic.
pub(super) fn write(sandbox: &Sandbox, cluster: &str, topic: &str) -> Result<(), RDKafkaErrorCode> {
    let sasl = sandbox.layout().sasl.as_ref().unwrap();
    let mut config = ClientConfig::new();
    login(&mut config, &sasl.application);
    config
        .set("bootstrap.servers", sandbox.cluster(cluster).unwrap().bootstrap().join(","))
        .set("message.timeout.ms", "5000");
    let (told, tells) = channel();
    let producer: BaseProducer<Told> = config.create_with_context(Told(told)).unwrap();
    let record: BaseRecord<'_, str, str> = BaseRecord::to(topic).payload("order");
    producer.send(record).map_err(|(error, _)| error).unwrap();
    producer.flush(Timeout::After(Duration::from_secs(20))).unwrap();
    tells.recv().unwrap()
}

#[test]
fn who_may_write_is_refused_before_and_let_after_and_follows_the_active_side() {
    let Some(sandbox) = sasl_sandbox() else { return };
    let estate = Estate::new(&sandbox);
    let topic = estate.tagged("orders-TAG");
    let may = |cluster: &str| write(&sandbox, cluster, &topic);
    let refused = Err(RDKafkaErrorCode::TopicAuthorizationFailed);
    estate.write("main.hcl", &ESTATE[..ESTATE.find("access").unwrap()]);
    estate.apply();
    assert_eq!([may("hangzhou"), may("shanghai")], [refused, refused]);
    estate.write("main.hcl", ESTATE);
    let (_, plan) = estate.plan();
    insta::assert_snapshot!(estate.untagged(&lines(&plan, "allow")), @"
    + allow User:reader-TAG READ on group group-TAG
    + allow User:application WRITE on topic orders-TAG
    ");
    estate.apply();
    until("the right to write", || may("hangzhou"), Result::is_ok);
    assert_eq!(may("shanghai"), refused);
    make_the_secondary_active(&estate);
    let (_, plan) = estate.plan();
    insta::assert_snapshot!(estate.untagged(&lines(&plan, "access.")), @"
    + access.writers on shTAG (active)
    - access.writers on hzTAG (standby)
    # access.writers no longer wants it there
    ");
    estate.apply();
    until("the right to write", || may("shanghai"), Result::is_ok);
    until("the fence", || may("hangzhou"), |seen| *seen == refused);
    estate.ok(&["destroy", "-auto-approve"]);
}

/// Says in the state that the roles have changed, as a failover does.
fn make_the_secondary_active(estate: &Estate) {
    let mut state = estate.state();
    state["pairs"]["pair.main"] = serde_json::json!({ "active": "secondary", "epoch": 1 });
    std::fs::write(estate.path().join("state.json"), state.to_string()).unwrap();
    estate.ok(&["state", "push", "state.json"]);
}
