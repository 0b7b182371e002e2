//! Plans worth showing, by name; each report has a golden of each.

use crate::plan::sample::{Sample, address, cluster};
use leeward::estate::{
    ConnectorState, FailedTask, Fault, FaultKind, ObjectId, OnRemove, Position, Reading, TopicSetting,
};
use leeward::plan::{Finding, Options, Plan, Severity};

/// The stories: name and plan.
pub fn all() -> Vec<(&'static str, Plan)> {
    vec![
        ("first_apply", Sample::whole().plan()),
        ("no_changes", Sample::whole().applied().plan()),
        ("drift", drift()),
        ("adopted", adopted()),
        ("made_anew", made_anew()),
        ("refused", refused()),
        ("dead_side", dead_side()),
        ("removed", removed()),
        ("destroyed", destroyed()),
        ("after_a_failover", after_a_failover()),
        ("flow_changed", flow_changed()),
        ("findings", findings()),
        ("targeted", targeted()),
        ("denied", denied()),
    ]
}

const SOURCE: &str = "orders-hangzhou-shanghai-source";

fn drift() -> Plan {
    let mut sample = Sample::whole().applied();
    let topic = sample.topic_on("shanghai", "orders");
    topic.config.insert("min.insync.replicas".into(), TopicSetting::Own("1".into()));
    topic.config.insert("retention.ms".into(), TopicSetting::Inherited("86400000".into()));
    let connector = sample.connector_on("shanghai", SOURCE);
    connector.state = ConnectorState::Paused;
    connector.failed = vec![FailedTask { id: 0, trace: "TimeoutException: no metadata in 60000 ms".into() }];
    sample.record("kafka-new.internal.");
    sample.plan()
}

fn adopted() -> Plan {
    let mut sample = Sample::whole().applied();
    sample.state.resources.clear();
    sample.topic_on("shanghai", "payments").partitions = 4;
    sample.plan()
}

fn made_anew() -> Plan {
    let mut sample = Sample::whole().applied();
    sample.topic_on("hangzhou", "orders").incarnation = Some("theirs".into());
    sample.forget_sight_of(&ObjectId::topic(&cluster("shanghai"), "payments"));
    sample.plan()
}

fn refused() -> Plan {
    let mut sample = Sample::whole().applied();
    sample.change_topic("orders", |topic| topic.partitions = 1);
    sample.change_topic("payments", |topic| topic.replication_factor = 2);
    sample.plan()
}

fn dead_side() -> Plan {
    let mut sample = Sample::whole().applied();
    sample.topic("refunds", |_| {});
    sample.record("kafka-new.internal.");
    sample.lose("cluster.hangzhou");
    sample.lose("connect.hangzhou");
    sample.plan()
}

fn removed() -> Plan {
    let mut sample = Sample::whole();
    sample.change_topic("payments", |topic| topic.on_remove = OnRemove::Delete);
    sample.topic("refunds", |_| {});
    let mut sample = sample.applied();
    sample.remove("topic.payments");
    sample.remove("topic.refunds");
    sample.remove("access.orders_writers");
    sample.plan()
}

fn destroyed() -> Plan {
    let mut sample = Sample::whole();
    sample.change_topic("payments", |topic| topic.on_remove = OnRemove::Delete);
    sample.applied().destroy()
}

fn after_a_failover() -> Plan {
    let mut sample = Sample::whole().applied();
    sample.flip();
    sample.plan()
}

fn flow_changed() -> Plan {
    let mut sample = Sample::new();
    let names: Vec<String> = (0..12).map(|n| format!("payments-{n:02}")).collect();
    sample.replication(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut sample = sample.applied();
    sample.change_replication(|replication| {
        replication.topics.remove(3);
        replication.topics.push(leeward::estate::Selector("refunds".into()));
        replication.mirror_maker.tasks_max = 4;
        let pem = |middle: &str| {
            format!("-----BEGIN CERTIFICATE-----\nMIIB\n{middle}\n-----END CERTIFICATE-----\n")
        };
        replication.mirror_maker.config.insert("ssl.truststore.certificates".into(), pem("new"));
    });
    sample.connector_on("shanghai", SOURCE).config.insert(
        "ssl.truststore.certificates".into(),
        leeward::estate::Setting::Plain(
            "-----BEGIN CERTIFICATE-----\nMIIB\nold\n-----END CERTIFICATE-----\n".into(),
        ),
    );
    sample.plan()
}

fn finding(code: &str, severity: Severity, of: &str, line: usize, message: &str) -> Finding {
    Finding {
        code: code.into(),
        severity,
        address: Some(address(of)),
        position: Some(Position { file: "estate.hcl".into(), line, column: 1 }),
        message: message.into(),
        help: None,
        ignored: None,
    }
}

fn findings() -> Plan {
    let mut plan = drift();
    let help = "lower the TTL to a fraction of the rto, and wait for the old one to run out before the next failover";
    plan.set_findings(vec![
        Finding {
            help: Some(help.into()),
            ..finding(
                "LW1204",
                Severity::Warning,
                "dns_record.bootstrap",
                61,
                "its TTL of 3600 s is longer than the rto of failover_policy.orders, 5m",
            )
        },
        finding(
            "LW1001",
            Severity::Error,
            "topic.orders",
            40,
            "MirrorMaker never carries a name that ends in -internal",
        ),
        Finding {
            ignored: Some("the sink is stateless".into()),
            ..finding(
                "LW1102",
                Severity::Warning,
                "replication.orders",
                48,
                "group connect-s3-sink is left out",
            )
        },
    ]);
    plan
}

fn targeted() -> Plan {
    let options = Options { targets: vec![address("access.orders_writers")], ..Options::default() };
    Sample::whole().plan_for(&options)
}

fn denied() -> Plan {
    let mut sample = Sample::whole().applied();
    let id = sample.state.resources[&address("access.orders_writers")][0].id.clone();
    let fault = Fault::new(FaultKind::Denied, "Cluster authorization failed")
        .hint("the user of cluster.hangzhou needs DESCRIBE on the cluster");
    sample.observed.readings.insert(id, Reading::Unreachable(fault));
    sample.plan()
}

/// A plan that makes many topics.
pub fn many(number: usize) -> Plan {
    let mut sample = Sample::new();
    (0..number).for_each(|n| sample.topic(&format!("t{n:05}"), |_| {}));
    sample.plan()
}

/// A plan with a dead side and many topics.
pub fn many_dead(number: usize) -> Plan {
    let mut sample = Sample::new();
    (0..number).for_each(|n| sample.topic(&format!("t{n:05}"), |_| {}));
    let mut sample = sample.applied();
    sample.lose("cluster.hangzhou");
    sample.plan()
}
