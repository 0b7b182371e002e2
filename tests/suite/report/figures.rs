//! Numbers as people read them.

use leeward::report::figures::{counted, explained, grouped};

#[test]
fn numbers_are_grouped() {
    let grouped = [0, 999, 1_000, 12_480, 1_234_567].map(grouped);
    assert_eq!(grouped, ["0", "999", "1,000", "12,480", "1,234,567"]);
}

#[test]
fn things_are_counted() {
    assert_eq!(counted(1, "topic"), "1 topic");
    assert_eq!(counted(0, "topic"), "0 topics");
    assert_eq!(counted(1_000, "branch"), "1,000 branches");
    assert_eq!(counted(2, "access"), "2 accesses");
}

#[test]
fn values_are_explained_where_the_name_tells_the_unit() {
    let table = [
        ("config.retention.ms", "604800000", "604800000 (7d)"),
        ("config.retention.ms", "129600000", "129600000 (1d 12h)"),
        ("config.retention.ms", "90061000", "90061000 (about 1d 1h)"),
        ("config.retention.ms", "-1", "-1 (no limit)"),
        ("config.segment.ms", "500", "500"),
        ("config.segment.ms", "1500", "1500 (1s 500ms)"),
        ("config.flush.ms", "9223372036854775807", "9223372036854775807"),
        ("config.max.message.bytes", "1048576", "1048576 (1 MiB)"),
        ("config.max.message.bytes", "1048588", "1048588 (about 1 MiB)"),
        ("config.segment.bytes", "1610612736", "1610612736 (1.5 GiB)"),
        ("config.retention.bytes", "-1", "-1 (no limit)"),
        ("config.retention.bytes", "1000", "1000"),
        ("config.refresh.topics.interval.seconds", "600", "600 (10m)"),
        ("ttl", "3600", "3600 (1h)"),
        ("ttl", "0", "0"),
        ("partitions", "12", "12"),
        ("config.cleanup.policy", "compact", "compact"),
    ];
    for (field, value, shown) in table {
        assert_eq!(explained(field, value), shown, "{field}");
    }
}
