use leeward::estate::{
    AclResource, Binding, Comparison, Connector, ConnectorState, FailedTask, Grants, Object, Pattern,
    Permission, RecordSet, RecordType, SecretRef, Setting, TopicObject, TopicSetting,
};
use std::collections::{BTreeMap, BTreeSet};

fn topic(partitions: i32, replication_factor: i16, config: &[(&str, TopicSetting)]) -> Object {
    let config = config.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    Object::Topic(TopicObject { incarnation: None, partitions, replication_factor, config })
}

fn own(value: &str) -> TopicSetting {
    TopicSetting::Own(value.into())
}

fn inherited(value: &str) -> TopicSetting {
    TopicSetting::Inherited(value.into())
}

/// The fields of an update as `field: from -> to`.
fn update(desired: &Object, observed: &Object) -> Vec<String> {
    match desired.compare(observed) {
        Comparison::Same => Vec::new(),
        Comparison::Update(fields) => fields
            .iter()
            .map(|change| {
                let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
                format!("{}: {} -> {}", change.field, text(&change.from), text(&change.to))
            })
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn settings_of_a_topic() {
    let key = "retention.ms";
    for (desired, observed, expected) in [
        (vec![(key, own("1"))], vec![(key, own("1"))], vec![]),
        (vec![(key, own("2"))], vec![(key, own("1"))], vec!["config.retention.ms: 1 -> 2"]),
        (vec![(key, own("1"))], vec![(key, inherited("1"))], vec!["config.retention.ms: 1 -> 1"]),
        (vec![(key, own("1"))], vec![], vec!["config.retention.ms: - -> 1"]),
        (vec![], vec![(key, own("1"))], vec!["config.retention.ms: 1 -> -"]),
        (vec![], vec![(key, inherited("1"))], vec![]),
    ] {
        assert_eq!(update(&topic(1, 1, &desired), &topic(1, 1, &observed)), expected);
    }
}

#[test]
fn the_order_of_cleanup_policies_means_nothing() {
    let policy = |value| topic(1, 1, &[("cleanup.policy", own(value))]);
    assert_eq!(policy("compact,delete").compare(&policy("delete, compact")), Comparison::Same);
    assert!(!update(&policy("compact"), &policy("compact,delete")).is_empty());
}

#[test]
fn partitions_only_grow() {
    assert_eq!(update(&topic(3, 1, &[]), &topic(1, 1, &[])), ["partitions: 1 -> 3"]);
    let Comparison::Impossible(reason) = topic(1, 1, &[]).compare(&topic(3, 1, &[])) else { panic!() };
    assert!(reason.contains("has 3 partitions"), "{reason}");
}

#[test]
fn replicas_are_not_moved() {
    let Comparison::Impossible(reason) = topic(1, 3, &[]).compare(&topic(1, 1, &[])) else { panic!() };
    assert!(reason.contains("replication factor 1 and 3 is declared"), "{reason}");
}

fn connector(state: ConnectorState, tasks: usize, config: &[(&str, Setting)]) -> Connector {
    let config = config.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    Connector { config, state, tasks, failed: Vec::new() }
}

#[test]
fn a_connector_that_does_nothing_is_a_difference() {
    let desired = Object::Connector(connector(ConnectorState::Running, 0, &[]));
    let seen = |state, tasks| Object::Connector(connector(state, tasks, &[]));
    assert_eq!(update(&desired, &seen(ConnectorState::Running, 2)), Vec::<String>::new());
    assert_eq!(update(&desired, &seen(ConnectorState::Running, 0)), ["tasks: 0 -> 1 or more"]);
    assert_eq!(update(&desired, &seen(ConnectorState::Stopped, 0)), ["state: stopped -> running"]);
    assert_eq!(update(&desired, &seen(ConnectorState::Paused, 2)), ["state: paused -> running"]);
}

#[test]
fn a_checkpoint_connector_may_have_no_tasks_yet() {
    let class = Setting::Plain("org.apache.kafka.connect.mirror.MirrorCheckpointConnector".into());
    let desired = connector(ConnectorState::Running, 0, &[("connector.class", class)]);
    assert_eq!(Object::Connector(desired.clone()).compare(&Object::Connector(desired)), Comparison::Same);
}

#[test]
fn a_failed_task_is_a_difference_with_its_trace() {
    let desired = Object::Connector(connector(ConnectorState::Running, 0, &[]));
    let mut observed = connector(ConnectorState::Running, 2, &[]);
    observed.failed = vec![FailedTask { id: 1, trace: "org.apache.kafka.common.errors.Boom: no".into() }];
    assert_eq!(
        update(&desired, &Object::Connector(observed)),
        ["task.1: failed: org.apache.kafka.common.errors.Boom: no -> running"]
    );
}

#[test]
fn secrets_are_compared_and_not_shown() {
    let secret = Setting::Secret(SecretRef("cluster.a:sasl.jaas.config".into()));
    let with = |value| Object::Connector(connector(ConnectorState::Running, 1, &[("jaas", value)]));
    assert_eq!(with(secret.clone()).compare(&with(secret.clone())), Comparison::Same);
    assert_eq!(
        update(&with(secret), &with(Setting::OtherSecret)),
        ["config.jaas: (another sensitive value) -> (sensitive)"]
    );
}

fn write(topic: &str) -> Binding {
    Binding {
        principal: "User:app".into(),
        host: "*".into(),
        permission: Permission::Allow,
        operation: "WRITE".into(),
        resource: AclResource::Topic,
        name: topic.into(),
        pattern: Pattern::Literal,
    }
}

#[test]
fn grants_are_given_and_taken_one_by_one() {
    let grants = |topics: &[&str]| {
        Object::Grants(Grants { bindings: topics.iter().map(|topic| write(topic)).collect() })
    };
    assert_eq!(
        update(&grants(&["a", "b"]), &grants(&["b", "c"])),
        ["allow User:app WRITE on topic c: given -> -", "allow User:app WRITE on topic a: - -> given"]
    );
    assert_eq!(grants(&["a"]).compare(&grants(&["a"])), Comparison::Same);
}

#[test]
fn names_in_records_are_compared_without_case_and_as_absolute() {
    let set = |values: &[&str]| {
        let values = values.iter().map(ToString::to_string);
        Object::RecordSet(RecordSet::new(RecordType::Cname, 30, values))
    };
    assert_eq!(set(&["Kafka-HZ.internal"]).compare(&set(&["kafka-hz.internal."])), Comparison::Same);
    assert_eq!(update(&set(&["b."]), &set(&["a."])), ["values: a. -> b."]);
}

#[test]
fn the_quotes_of_a_text_are_not_part_of_it() {
    let normal = |text: &str| RecordType::Txt.normal(text);
    for (text, expected) in [
        ("epoch=4", "epoch=4"),
        ("\"epoch=4\"", "epoch=4"),
        ("\"two\" \"strings\"", "\"two\" \"strings\""),
        (r#""an \" escape""#, r#""an \" escape""#),
        ("\"", "\""),
    ] {
        assert_eq!(normal(text), expected);
    }
}

#[test]
fn a_records_ttl_and_what_authorities_show() {
    let mut observed = RecordSet::new(RecordType::A, 60, ["10.0.0.1".to_owned()]);
    observed.seen = vec![leeward::estate::Seen {
        authority: "ns1:53".into(),
        values: Some(BTreeSet::from(["10.0.0.1".into()])),
        fault: None,
    }];
    let desired = RecordSet::new(RecordType::A, 30, ["10.0.0.1".to_owned()]);
    assert_eq!(update(&Object::RecordSet(desired), &Object::RecordSet(observed)), ["ttl: 60 -> 30"]);
}

#[test]
fn things_of_different_sorts_are_not_compared() {
    let record = Object::RecordSet(RecordSet::new(RecordType::A, 1, []));
    let grants = Object::Grants(Grants::default());
    assert!(matches!(record.compare(&grants), Comparison::Impossible(_)));
    let connector =
        Connector { config: BTreeMap::new(), state: ConnectorState::Stopped, tasks: 0, failed: Vec::new() };
    assert!(matches!(Object::Connector(connector).compare(&record), Comparison::Impossible(_)));
}
