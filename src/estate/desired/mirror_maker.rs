//! The settings of MirrorMaker 2's connectors (KIP-382), as leeward runs them.

use super::replication::Direction;
use crate::estate::{
    Address, Cluster, Estate, Mechanism, Naming, Sasl, Secret, SecretRef, Selector, Setting,
};
use std::collections::BTreeMap;
use std::time::Duration;

type Config = BTreeMap<String, Setting>;

/// What MirrorMaker leaves out by itself (`DefaultTopicFilter`); restated because setting the key replaces it.
const TOPICS_EXCLUDED_BY_DEFAULT: &str = r".*[\-\.]internal,.*\.replica,__.*";

/// What MirrorMaker's configuration sync leaves out by itself (`DefaultConfigPropertyFilter`).
const PROPERTIES_EXCLUDED_BY_DEFAULT: &str = "follower\\.replication\\.throttled\\.replicas,\
    leader\\.replication\\.throttled\\.replicas,message\\.timestamp\\.difference\\.max\\.ms,\
    message\\.timestamp\\.type,unclean\\.leader\\.election\\.enable,min\\.insync\\.replicas";

/// How long a connector waits for a cluster that may be dead: a stop must not hang on it for a minute.
const DEAD_SOURCE_TIMEOUT: Duration = Duration::from_secs(10);

/// The connector that carries records.
pub(super) fn source(direction: &Direction<'_>) -> Config {
    let settings = &direction.replication.mirror_maker;
    let mut config = flow(direction, "MirrorSourceConnector", settings.tasks_max);
    let factor = settings.replication_factor.to_string();
    // Declared topics are leeward's on both sides; only topics that a pattern brings in need MirrorMaker's sync.
    let syncs_configs = direction.replication.topics.iter().any(|selector| selector.name().is_none());
    // Of all heartbeats only those that the source itself writes. MirrorMaker would carry those that came from elsewhere, too,
    // and knows a circle only by the aliases: two flows that go opposite ways and call the clusters otherwise would make ever
    // more topics, until the brokers drown in them (`heartbeats.replication.enabled`, since Kafka 4.0).
    set(&mut config, "topics", format!("{},heartbeats", selectors(&direction.replication.topics)));
    set(&mut config, "heartbeats.replication.enabled", "false");
    set(&mut config, "topics.exclude", topics_exclude(direction));
    set(&mut config, "replication.factor", &factor);
    set(&mut config, "offset-syncs.topic.replication.factor", &factor);
    set(&mut config, "offset-syncs.topic.location", "target");
    set(&mut config, "refresh.topics.interval.seconds", seconds(settings.refresh_topics_interval));
    set(&mut config, "sync.topic.configs.enabled", syncs_configs.to_string());
    set(&mut config, "config.properties.exclude", properties_exclude(direction));
    // Grants are leeward's: the engine's own sync drops WRITE and never takes anything away.
    set(&mut config, "sync.topic.acls.enabled", "false");
    // MirrorMaker reads uncommitted records by default and writes them outside of any transaction: what an application has
    // aborted would stand on the standby like everything else.
    set(&mut config, "source.consumer.isolation.level", "read_committed");
    // A retry must not write a record twice, or the arithmetic of offset translation would not hold.
    set(&mut config, "producer.override.enable.idempotence", "true");
    set(&mut config, "producer.override.acks", "all");
    overlaid(config, direction)
}

/// The connector that translates the positions of consumer groups.
pub(super) fn checkpoint(direction: &Direction<'_>) -> Config {
    let settings = &direction.replication.mirror_maker;
    let mut config = flow(direction, "MirrorCheckpointConnector", 1);
    let sync_interval = seconds(settings.sync_group_offsets_interval);
    set(&mut config, "topics", selectors(&direction.replication.topics));
    set(&mut config, "topics.exclude", topics_exclude(direction));
    set(&mut config, "groups", selectors(&direction.replication.groups));
    set(&mut config, "offset-syncs.topic.location", "target");
    set(&mut config, "checkpoints.topic.replication.factor", settings.replication_factor.to_string());
    set(&mut config, "refresh.groups.interval.seconds", seconds(settings.refresh_groups_interval));
    set(&mut config, "emit.checkpoints.interval.seconds", seconds(settings.emit_checkpoints_interval));
    set(&mut config, "sync.group.offsets.enabled", settings.sync_group_offsets.to_string());
    set(&mut config, "sync.group.offsets.interval.seconds", sync_interval);
    overlaid(config, direction)
}

/// The connector that writes heartbeats into the source, so that their arrival on the target proves the flow.
///
/// It is MirrorMaker's reverse direction: what it calls its target is the cluster that it writes to.
pub(super) fn heartbeat(direction: &Direction<'_>) -> Config {
    let settings = &direction.replication.mirror_maker;
    let mut config = common(direction, "MirrorHeartbeatConnector", 1);
    set(&mut config, "source.cluster.alias", &direction.target.name);
    set(&mut config, "target.cluster.alias", &direction.source.name);
    client(&mut config, "target.cluster.", direction.index.estate, direction.source);
    set(&mut config, "heartbeats.topic.replication.factor", settings.replication_factor.to_string());
    set(&mut config, "emit.heartbeats.interval.seconds", seconds(settings.emit_heartbeats_interval));
    if direction.heartbeat_connect == direction.connect {
        client(&mut config, "producer.override.", direction.index.estate, direction.source);
    }
    overlaid(config, direction)
}

/// The topic on the target in which the source's heartbeats arrive; prefixed under every policy.
pub(super) fn mirrored_heartbeats(direction: &Direction<'_>) -> String {
    let separator = match &direction.replication.naming {
        Naming::Identity => ".",
        Naming::Prefixed { separator } => separator,
    };
    format!("{}{separator}heartbeats", direction.source.name)
}

/// What the two connectors of the flow itself share.
fn flow(direction: &Direction<'_>, class: &str, tasks_max: u32) -> Config {
    let mut config = common(direction, class, tasks_max);
    set(&mut config, "source.cluster.alias", &direction.source.name);
    set(&mut config, "target.cluster.alias", &direction.target.name);
    client(&mut config, "source.cluster.", direction.index.estate, direction.source);
    client(&mut config, "target.cluster.", direction.index.estate, direction.target);
    let patience = DEAD_SOURCE_TIMEOUT.as_millis().to_string();
    set(&mut config, "source.admin.default.api.timeout.ms", &patience);
    set(&mut config, "source.admin.request.timeout.ms", &patience);
    config
}

/// What all three connectors share.
fn common(direction: &Direction<'_>, class: &str, tasks_max: u32) -> Config {
    const BYTES: &str = "org.apache.kafka.connect.converters.ByteArrayConverter";
    let mut config = Config::new();
    set(&mut config, "connector.class", format!("org.apache.kafka.connect.mirror.{class}"));
    set(&mut config, "tasks.max", tasks_max.to_string());
    set(&mut config, "key.converter", BYTES);
    set(&mut config, "value.converter", BYTES);
    set(&mut config, "header.converter", BYTES);
    set(&mut config, "replication.policy.class", direction.replication.naming.policy_class());
    if let Naming::Prefixed { separator } = &direction.replication.naming {
        set(&mut config, "replication.policy.separator", separator);
    }
    config
}

/// The user's own settings win over leeward's.
fn overlaid(mut config: Config, direction: &Direction<'_>) -> Config {
    for (key, value) in &direction.replication.mirror_maker.config {
        set(&mut config, key, value);
    }
    config
}

fn set(config: &mut Config, key: &str, value: impl Into<String>) {
    config.insert(key.to_owned(), Setting::Plain(value.into()));
}

fn seconds(duration: Duration) -> String {
    duration.as_secs().max(1).to_string()
}

/// A comma list of patterns; a plain name has its dots escaped, so that it matches nothing but itself.
fn selectors(selectors: &[Selector]) -> String {
    let pattern = |selector: &Selector| match selector.name() {
        Some(name) => name.replace('.', "\\."),
        None => selector.0.clone(),
    };
    selectors.iter().map(pattern).collect::<Vec<_>>().join(",")
}

fn topics_exclude(direction: &Direction<'_>) -> String {
    let own = selectors(&direction.replication.topics_exclude);
    if own.is_empty() {
        TOPICS_EXCLUDED_BY_DEFAULT.to_owned()
    } else {
        format!("{TOPICS_EXCLUDED_BY_DEFAULT},{own}")
    }
}

/// Settings that a side overrides are kept from MirrorMaker's sync, which would set them back.
fn properties_exclude(direction: &Direction<'_>) -> String {
    let overridden =
        direction.index.overridden(&direction.replication.pair).map(|key| key.replace('.', "\\."));
    std::iter::once(PROPERTIES_EXCLUDED_BY_DEFAULT.to_owned()).chain(overridden).collect::<Vec<_>>().join(",")
}

/// A client's settings for a cluster, each key behind `prefix`.
fn client(config: &mut Config, prefix: &str, estate: &Estate, address: &Address) {
    let Some(cluster) = estate.cluster(address) else { return };
    let mut put = |key: &str, setting: Setting| {
        config.insert(format!("{prefix}{key}"), setting);
    };
    put("bootstrap.servers", Setting::Plain(cluster.bootstrap.join(",")));
    let security = &cluster.security;
    if security.protocol == crate::estate::Protocol::Plaintext {
        return;
    }
    put("security.protocol", Setting::Plain(security.protocol.as_str().into()));
    if let Some(sasl) = &security.sasl {
        put("sasl.mechanism", Setting::Plain(sasl.mechanism.as_str().into()));
        put("sasl.jaas.config", jaas_setting(address, sasl));
    }
    if security.protocol.is_encrypted() {
        if let Some(ca) = &security.tls.ca {
            put("ssl.truststore.type", Setting::Plain("PEM".into()));
            put("ssl.truststore.certificates", Setting::Plain(ca.clone()));
        }
        if let Some(certificate) = &security.tls.certificate {
            put("ssl.keystore.type", Setting::Plain("PEM".into()));
            put("ssl.keystore.certificate.chain", Setting::Plain(certificate.clone()));
        }
        if security.tls.key.is_some() {
            put("ssl.keystore.key", Setting::Secret(reference(address, "ssl.keystore.key")));
        }
    }
}

fn reference(cluster: &Address, key: &str) -> SecretRef {
    SecretRef(format!("{cluster}:{key}"))
}

/// In the clear where a config provider stands for the password, else by reference.
fn jaas_setting(address: &Address, sasl: &Sasl) -> Setting {
    match &sasl.password_in_connect {
        Some(placeholder) => Setting::Plain(jaas(sasl, placeholder)),
        None => Setting::Secret(reference(address, "sasl.jaas.config")),
    }
}

fn jaas(sasl: &Sasl, password: &str) -> String {
    let module = match sasl.mechanism {
        Mechanism::Plain => "plain.PlainLoginModule",
        Mechanism::ScramSha256 | Mechanism::ScramSha512 => "scram.ScramLoginModule",
    };
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "org.apache.kafka.common.security.{module} required username=\"{}\" password=\"{}\";",
        quoted(&sasl.username),
        quoted(password)
    )
}

/// The secrets that connectors are configured with, by the reference that stands for them in plans.
pub fn vault(estate: &Estate) -> BTreeMap<SecretRef, Secret> {
    estate.clusters().flat_map(|(address, cluster)| secrets_of(address, cluster)).collect()
}

fn secrets_of(address: &Address, cluster: &Cluster) -> Vec<(SecretRef, Secret)> {
    let sasl = cluster.security.sasl.as_ref().filter(|sasl| sasl.password_in_connect.is_none());
    let jaas = sasl.map(|sasl| {
        (reference(address, "sasl.jaas.config"), Secret::new(jaas(sasl, sasl.password.expose())))
    });
    let key = cluster.security.tls.key.clone().map(|key| (reference(address, "ssl.keystore.key"), key));
    jaas.into_iter().chain(key).collect()
}
