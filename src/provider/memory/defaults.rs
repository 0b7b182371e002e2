//! What a topic inherits from a broker that nobody configured.

/// Kafka 4.3's topic settings and their defaults, in the order of their names.
const DEFAULTS: [(&str, &str); 33] = [
    ("cleanup.policy", "delete"),
    ("compression.gzip.level", "-1"),
    ("compression.lz4.level", "9"),
    ("compression.type", "producer"),
    ("compression.zstd.level", "3"),
    ("delete.retention.ms", "86400000"),
    ("file.delete.delay.ms", "60000"),
    ("flush.messages", "9223372036854775807"),
    ("flush.ms", "9223372036854775807"),
    ("follower.replication.throttled.replicas", ""),
    ("index.interval.bytes", "4096"),
    ("leader.replication.throttled.replicas", ""),
    ("local.retention.bytes", "-2"),
    ("local.retention.ms", "-2"),
    ("max.compaction.lag.ms", "9223372036854775807"),
    ("max.message.bytes", "1048588"),
    ("message.timestamp.after.max.ms", "3600000"),
    ("message.timestamp.before.max.ms", "9223372036854775807"),
    ("message.timestamp.type", "CreateTime"),
    ("min.cleanable.dirty.ratio", "0.5"),
    ("min.compaction.lag.ms", "0"),
    ("min.insync.replicas", "1"),
    ("preallocate", "false"),
    ("remote.log.copy.disable", "false"),
    ("remote.log.delete.on.disable", "false"),
    ("remote.storage.enable", "false"),
    ("retention.bytes", "-1"),
    ("retention.ms", "604800000"),
    ("segment.bytes", "1073741824"),
    ("segment.index.bytes", "10485760"),
    ("segment.jitter.ms", "0"),
    ("segment.ms", "604800000"),
    ("unclean.leader.election.enable", "false"),
];

/// The default of a topic setting; none if Kafka knows no such setting.
pub(super) fn default_of(key: &str) -> Option<&'static str> {
    let found = DEFAULTS.binary_search_by_key(&key, |(name, _)| name).ok()?;
    Some(DEFAULTS[found].1)
}

/// Whether Kafka takes a value for a setting that it knows: a number where the default is one, and so on.
pub(super) fn accepts(key: &str, value: &str) -> bool {
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    match (key, default_of(key)) {
        (_, None) => false,
        ("cleanup.policy", _) => value.split(',').all(|policy| matches!(policy.trim(), "delete" | "compact")),
        (_, Some("true" | "false")) => matches!(value, "true" | "false"),
        (_, Some(default)) => !is_number(default) || is_number(value),
    }
}
