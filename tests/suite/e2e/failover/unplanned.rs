//! The active side dies under load, and comes back.

use super::super::own::Own;
use super::{FENCE, Story, Told, everything, figures, flat, missing, roles};
use std::collections::BTreeSet;

/// Kills the side that is active at first, or lets it come back.
pub fn primary(story: &Story, verb: &str) {
    let dir = story.sandbox.dir().to_str().unwrap();
    story.estate.ok(&["sandbox", "--dir", dir, verb, "kafka-hangzhou", "connect-hangzhou"]);
}

/// Of what was acknowledged and stands on the side that went on: what the group has not read.
pub fn skipped(told: &Told, log: &[String]) -> Vec<u64> {
    let stands: BTreeSet<&str> = log.iter().map(String::as_str).collect();
    let unread = missing(&told.acknowledged, &told.read);
    unread.into_iter().filter(|number| stands.contains(format!("record-{number}").as_str())).collect()
}

#[test]
fn what_a_dead_side_kept_is_lost_and_nothing_else() {
    let Some(mut own) = Own::up() else { return };
    let story = Story::begin(own.get().clone(), FENCE, None);
    story.estate.ok(&["failover", "plan"]);
    let alive = flat(&story.estate.ok(&["failover", "plan", "-unplanned"]));
    assert!(
        alive.contains("ANSWERS: all of") && alive.contains("a planned failover loses nothing"),
        "{alive}"
    );
    story.await_checkpoint();
    primary(&story, "kill");
    let refused = story.estate.refused(&["failover", "run", "-auto-approve"]);
    assert!(refused.contains("active_answers"), "{refused}");
    let unconfirmed = story.estate.refused(&["failover", "run", "-unplanned", "-auto-approve"]);
    assert!(unconfirmed.contains("-confirm-lost main"), "{unconfirmed}");

    let ran = story.estate.ok(&["failover", "run", "-unplanned", "-confirm-lost", "main"]);
    assert!(ran.contains("UNPLANNED FAILOVER") && ran.contains("is taken for dead"), "{ran}");
    let why = flat(&ran);
    assert!(
        why.contains("answered none of") && why.contains("asked from") && why.contains("heartbeat"),
        "{ran}"
    );
    assert_eq!(roles(&story.estate), ("secondary".into(), 1));
    story.writer.await_more(200);
    assert_eq!(story.writer.writes_to().as_deref(), Some("shanghai"));
    let (_, pending) = story.estate.plan();
    assert!(flat(&pending).contains("may still take writes"), "{pending}");

    primary(&story, "restart");
    let back = story.estate.ok(&["failback", "run", "-auto-approve"]);
    assert!(back.contains("is protected again") && back.contains("Failover complete!"), "{back}");
    assert_eq!(roles(&story.estate), ("primary".into(), 2));
    story.writer.await_more(200);
    story.estate.has_no_changes();

    let tail = story.estate.ok(&["tail", "list", "main", "-side", "primary", "-json"]);
    let topic = story.topic.clone();
    let (told, sandbox, estate) = story.end();
    let (home, other) = (everything(&sandbox, "hangzhou", &topic), everything(&sandbox, "shanghai", &topic));
    assert_eq!(missing(&told.acknowledged, &home), Vec::<u64>::new(), "the side that came back has all");
    assert_eq!(skipped(&told, &other), Vec::<u64>::new(), "skipped by the group");
    let lost = missing(&told.acknowledged, &other);
    // It may have written more, without a word to the producer.
    let tail: serde_json::Value = serde_json::from_str(&tail).unwrap();
    assert!(tail["records"].as_u64().unwrap() >= lost.len() as u64, "{tail:#}");
    let kept = format!("{} kept by the dead side", lost.len());
    figures::keep("unplanned, and the way back", &told, &other, &kept, &estate);
    // What the dead side kept was written there, and by nobody after its death.
    assert!(lost.iter().all(|number| told.acknowledged[number] == "hangzhou"), "{lost:?}");
}
