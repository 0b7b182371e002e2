//! What spoils the evidence of positions on real clusters, and the fallback by time.

use super::offsets::{RECORDS, Story, TIMEOUT, number, settled};
use super::sandbox;
use leeward::estate::Naming;
use leeward::offsets::syncs_topic;
use leeward::sandbox::{Produce, produce};
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

#[test]
fn what_spoils_the_evidence_is_told_and_nothing_is_set_by_it() {
    let Some(sandbox) = sandbox() else { return };
    let story = Story::begin(sandbox);
    settled(&story);
    positions_by_time_skip_nothing(&story);
    a_group_in_use_on_the_standby_is_refused(&story);
    garbage_among_the_syncs_is_counted_and_left_out(&story);
    a_record_that_is_not_the_active_sides_stops_it(&story);
}

/// What leeward tells as JSON, with the codes of its findings; and its exit code.
fn told(story: &Story, arguments: &[&str]) -> (Value, BTreeSet<String>, Option<i32>) {
    let output = story.estate.leeward(&[&["offsets", "-json"], arguments].concat());
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = told[0]["findings"].as_array().unwrap();
    let codes = findings.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect();
    (told[0].clone(), codes, output.status.code())
}

fn positions_by_time_skip_nothing(story: &Story) {
    let group = story.estate.tagged("late-TAG");
    let by_time = ["-by", "timestamp", "-margin", "0s", "-group", group.as_str()];
    let (told, codes, code) = told(story, &by_time);
    assert_eq!((codes, code), (BTreeSet::new(), Some(0)), "{told}");
    for row in told["rows"].as_array().unwrap() {
        let (position, found) = (number(row, "position"), &row["by_time"]);
        let (offset, repeats) = (number(found, "offset"), number(found, "repeats_at_most"));
        assert!(offset <= position && position - offset <= repeats, "{row}");
        assert_eq!(
            (found["skips_at_most"].as_i64(), &found["all_unread_seen"]),
            (Some(0), &Value::Bool(true))
        );
    }
    let set = story.estate.ok(&[&["offsets", "apply", "-auto-approve"][..], &by_time].concat());
    assert!(set.contains("1 group set and read back."), "{set}");
    let (read, seen) = (&story.read["late"], story.goes_on("late"));
    let seen: BTreeSet<&String> = seen.iter().collect();
    let skipped =
        (1..=RECORDS).map(|at| format!("order-{at}")).find(|it| !read.contains(it) && !seen.contains(it));
    assert_eq!(skipped, None);
}

fn a_group_in_use_on_the_standby_is_refused(story: &Story) {
    let group = story.estate.tagged("early-TAG");
    let bootstrap = story.sandbox.cluster("shanghai").unwrap().bootstrap().join(",");
    let mut settings = ClientConfig::new();
    settings.set("bootstrap.servers", bootstrap).set("group.id", &group).set("session.timeout.ms", "6000");
    let consumer: BaseConsumer = settings.set("enable.auto.commit", "false").create().unwrap();
    consumer.subscribe(&[&story.topic]).unwrap();
    let begun = Instant::now();
    while consumer.assignment().unwrap().count() == 0 {
        assert!(begun.elapsed() < TIMEOUT, "the consumer gets no partitions");
        consumer.poll(Duration::from_millis(100));
    }
    let (told, codes, code) = told(story, &["-group", &group]);
    assert_eq!((codes, code), (BTreeSet::from(["LW1705".into()]), Some(0)), "{told}");
    let said = story.estate.refused(&["offsets", "apply", "-auto-approve", "-group", &group]);
    assert!(said.contains("group early-TAG is read with on shTAG (1 members)"), "{said}");
    drop(consumer);
}

fn garbage_among_the_syncs_is_counted_and_left_out(story: &Story) {
    let alias = story.estate.tagged("hzTAG");
    let topic = syncs_topic(&Naming::Identity, &alias, &story.estate.tagged("shTAG"), true);
    let garbage = Produce {
        count: Some(3),
        prefix: "garbage".into(),
        timeout: TIMEOUT,
        ..Produce::to("shanghai", &topic)
    };
    produce(&story.sandbox, &garbage).unwrap();
    let group = story.estate.tagged("done-TAG");
    let (told, codes, code) = told(story, &["-group", &group]);
    assert_eq!((codes, code), (BTreeSet::from(["LW1702".into()]), Some(0)), "{told}");
    assert_eq!(told["malformed"].as_i64(), Some(3), "{told}");
    for row in told["rows"].as_array().unwrap() {
        assert_eq!(row["exact"], true, "{row}");
    }
}

/// Somebody writes to the mirrored topic on the standby all the time, and a group stands in the middle of that.
fn a_record_that_is_not_the_active_sides_stops_it(story: &Story) {
    let write = |cluster: &str, prefix: &str, count: u64, rate: f64| {
        let to = Produce::to(cluster, &story.topic);
        let (count, rate, prefix) = (Some(count), Some(rate), prefix.into());
        produce(&story.sandbox, &Produce { count, rate, prefix, timeout: TIMEOUT, ..to }).unwrap();
    };
    std::thread::scope(|scope| {
        scope.spawn(|| write("shanghai", "strange", 150, 50.0));
        write("hangzhou", "more", 1_500, 500.0);
    });
    story.consume("shanghai", None, Some(RECORDS + 1_650));
    let (group, dir) = (story.estate.tagged("never-TAG"), story.sandbox.dir().to_str().unwrap());
    let on_hangzhou =
        ["sandbox", "--dir", dir, "kafka", "hangzhou", "kafka-consumer-groups", "--group", &group];
    let half_of_it = ["--topic", &story.topic, "--reset-offsets", "--to-offset", "1250", "--execute"];
    story.estate.ok(&[&on_hangzhou[..], &half_of_it].concat());
    let (told, codes, code) = told(story, &["-group", &group]);
    assert!(codes.contains("LW1701"), "{told}");
    assert_eq!(code, Some(1));
    let mismatch = &told["mismatches"][0];
    assert_eq!(mismatch["topic"], story.topic.as_str());
    assert_eq!(mismatch["target"]["payload"], Value::Null, "what it says is not kept");
    let text = story.estate.leeward(&["offsets", "-group", &group, "-show-payload"]);
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    assert!(text.contains("strange-"), "{text}");
    let said = story.estate.refused(&["offsets", "apply", "-auto-approve", "-group", &group]);
    assert!(said.contains("LW1701"), "{said}");
}
