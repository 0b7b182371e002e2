//! The active side dies under load, and comes back with nothing, or with data that nobody trusts: it is rebuilt.

use super::super::hand::until;
use super::super::own::Own;
use super::unplanned::{primary, skipped};
use super::{FENCE, Story, everything, figures, missing, roles};
use leeward::sandbox::{Layout, Sandbox};

/// Rebuilds, with this cluster confirmed.
fn rebuild<'a>(cluster: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["failback", "run", "-rebuild", "-auto-approve", "-confirm-rebuild", cluster], more].concat()
}

/// What is stopped comes back with nothing, as a cluster of another id.
fn wipe(story: &Story) {
    let (dir, layout) = (story.sandbox.dir(), story.sandbox.layout());
    for component in layout.components.iter().filter(|it| it.name.starts_with("kafka-hangzhou")) {
        // A broker whose first data is not whole is made anew when it starts.
        std::fs::remove_file(component.home(dir).join("prepared")).unwrap();
    }
    let id = &layout.cluster("hangzhou").unwrap().id;
    let first = if id.starts_with('B') { 'C' } else { 'B' };
    let other: String = std::iter::once(first).chain(id.chars().skip(1)).collect();
    let file = Layout::path(dir);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(id.as_str()));
    std::fs::write(&file, text.replace(id.as_str(), &other)).unwrap();
}

/// Both sides hold the same number of records, once all is carried.
fn hold_as_many(sandbox: &Sandbox, topic: &str) {
    let count = || ["hangzhou", "shanghai"].map(|at| everything(sandbox, at, topic).len());
    until("the records of both sides", count, |[home, other]| home == other);
}

#[test]
fn a_side_that_comes_back_empty_gets_all_and_takes_over() {
    let Some(mut own) = Own::up() else { return };
    let story = Story::begin(own.get().clone(), FENCE, None);
    let estate = &story.estate;
    let home = estate.tagged("hzTAG");
    estate.ok(&["failover", "plan"]);
    story.await_checkpoint();
    primary(&story, "kill");
    estate.ok(&["failover", "run", "-unplanned", "-confirm-lost", "main"]);
    story.writer.await_more(200);
    wipe(&story);
    primary(&story, "restart");

    let refused = estate.refused(&["failback", "run", "-auto-approve"]);
    assert!(refused.contains("leeward failback plan main -rebuild"), "{refused}");
    let unconfirmed = estate.refused(&["failback", "run", "-rebuild", "-auto-approve"]);
    assert!(unconfirmed.contains("-confirm-rebuild hzTAG"), "{unconfirmed}");
    let ran = estate.ok(&rebuild(&home, &[]));
    assert!(ran.contains(&format!("REBUILD {home}")) && ran.contains("Nothing is deleted"), "{ran}");
    assert!(ran.contains("all was carried anew") && ran.contains("Failover complete!"), "{ran}");
    assert_eq!(roles(estate), ("primary".into(), 2));
    story.writer.await_more(200);
    assert_eq!(story.writer.writes_to().as_deref(), Some("hangzhou"));
    estate.has_no_changes();

    let topic = story.topic.clone();
    let (told, sandbox, estate) = story.end();
    hold_as_many(&sandbox, &topic);
    let [home, other] = ["hangzhou", "shanghai"].map(|at| everything(&sandbox, at, &topic));
    let lost = missing(&told.acknowledged, &home);
    let gone = format!("{} gone with the dead side", lost.len());
    figures::keep("rebuilt, its data gone", &told, &home, &gone, &estate);
    // What only the dead side had is gone with it, and nothing else.
    assert!(lost.iter().all(|number| told.acknowledged[number] == "hangzhou"), "{lost:?}");
    assert_eq!(lost, missing(&told.acknowledged, &other), "the sides differ");
    assert_eq!(skipped(&told, &home), Vec::<u64>::new(), "skipped by the group");
}

#[test]
fn a_side_that_is_not_trusted_is_emptied_once_what_it_has_alone_is_kept() {
    let Some(mut own) = Own::up() else { return };
    let story = Story::begin(own.get().clone(), FENCE, None);
    let estate = &story.estate;
    let [home, other] = ["hzTAG", "shTAG"].map(|name| estate.tagged(name));
    estate.ok(&["failover", "plan"]);
    story.await_checkpoint();
    let dir = story.sandbox.dir().to_str().unwrap();
    // From here on nothing is carried.
    estate.ok(&["sandbox", "--dir", dir, "kill", "connect-shanghai"]);
    story.writer.await_more(200);
    primary(&story, "kill");
    estate.ok(&["sandbox", "--dir", dir, "restart", "connect-shanghai"]);
    estate.ok(&["failover", "run", "-unplanned", "-confirm-lost", "main"]);
    story.writer.await_more(200);
    primary(&story, "restart");

    let plan = estate.ok(&["failback", "plan", "-rebuild"]);
    assert!(plan.contains("stand there alone") && plan.contains("tail export main -side primary"), "{plan}");
    let stopped = estate.refused(&rebuild(&home, &[]));
    assert!(stopped.contains("a guard stops it") && stopped.contains("tail"), "{stopped}");
    estate.ok(&["tail", "export", "main", "-side", "primary", "-out", "kept"]);
    let active = estate.refused(&rebuild(&other, &["-exported", "kept"]));
    assert!(active.contains("it is never emptied"), "{active}");
    let ran = estate.ok(&rebuild(&home, &["-exported", "kept", "-protect-only"]));
    assert!(ran.contains(&format!("DELETED on {home}")) && ran.contains("all was carried anew"), "{ran}");
    assert_eq!(roles(estate), ("secondary".into(), 1));
    estate.has_no_changes();
    // It is a standby as any other: rebuilt once more, and nothing stands there alone.
    let again = estate.ok(&["failback", "plan", "-rebuild"]);
    assert!(again.contains("Guards: all 5 hold"), "{again}");
    let back = estate.ok(&["failback", "run", "-auto-approve"]);
    assert!(back.contains("Failover complete!"), "{back}");
    assert_eq!(roles(estate), ("primary".into(), 2));
    story.writer.await_more(200);
    estate.has_no_changes();
    let alone = missing(&story.writer.acknowledged(), &everything(&story.sandbox, "shanghai", &story.topic));
    // What was kept is written where clients are, and comes to the other side with all the rest.
    estate.ok(&["tail", "replay", "kept", "-to", &home, "-auto-approve"]);
    let topic = story.topic.clone();
    let (told, sandbox, estate) = story.end();
    let home = everything(&sandbox, "hangzhou", &topic);
    assert_eq!(missing(&told.acknowledged, &home), Vec::<u64>::new(), "lost of {}", told.acknowledged.len());
    assert_eq!(skipped(&told, &home), Vec::<u64>::new(), "skipped by the group");
    hold_as_many(&sandbox, &topic);
    // What was written anew is read anew.
    let log = [home, alone.iter().map(|number| format!("record-{number}")).collect()].concat();
    figures::keep("rebuilt, its data not trusted", &told, &log, "0", &estate);
}
