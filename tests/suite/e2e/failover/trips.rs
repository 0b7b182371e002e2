//! Ten times there and back.

use super::super::{hand::until, sandbox};
use super::planned::stands;
use super::{FENCE, Story, everything, figures, missing};
use std::time::Instant;

const TRIPS: u64 = 10;

#[test]
fn ten_times_there_and_back_nothing_is_lost_and_nothing_left_over() {
    let Some(sandbox) = sandbox() else { return };
    let story = Story::begin(sandbox, FENCE, None);
    let mut took = Vec::new();
    for trip in 0..TRIPS {
        for (verb, side, cluster) in
            [("failover", "secondary", "shanghai"), ("failback", "primary", "hangzhou")]
        {
            let begun = Instant::now();
            let ran = story.estate.ok(&[verb, "run", "-auto-approve"]);
            took.push(begun.elapsed().as_secs_f32());
            assert!(ran.contains("Failover complete!"), "{ran}");
            stands(&story, side, 2 * trip + if verb == "failover" { 1 } else { 2 }, cluster);
        }
    }
    let tail = story.estate.ok(&["tail", "list", "main", "-side", "secondary", "-json"]);
    let tail: serde_json::Value = serde_json::from_str(&tail).unwrap();
    assert_eq!(tail["records"], 0, "left over: {tail:#}");
    let topic = story.topic.clone();
    let (told, sandbox, estate) = story.end();
    let log = |cluster: &str| {
        let mut values = everything(&sandbox, cluster, &topic);
        values.sort();
        values
    };
    let home = log("hangzhou");
    until("all on the other side, too", || log("shanghai").len(), |there| *there == home.len());
    assert!(log("shanghai") == home, "the same records on both sides");
    assert_eq!(missing(&told.acknowledged, &home), Vec::<u64>::new(), "lost of {}", told.acknowledged.len());
    assert_eq!(missing(&told.acknowledged, &told.read), Vec::<u64>::new(), "skipped by the group");
    println!("each way {took:.1?} s");
    figures::keep("ten times there and back", &told, &home, "0", &estate);
}
