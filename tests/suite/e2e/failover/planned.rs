//! Planned failovers, there and back.

use super::super::sandbox;
use super::{FENCE, Story, everything, foretold, missing, repeated, roles};
use leeward::sandbox::Transactions;

#[test]
fn there_and_back_nothing_is_lost_and_clients_move() {
    let Some(sandbox) = sandbox() else { return };
    there_and_back(Story::begin(sandbox, FENCE, None));
}

#[test]
fn transactions_move_whole() {
    let Some(sandbox) = sandbox() else { return };
    let transactions = Transactions { records: 10, abort_every: Some(5) };
    there_and_back(Story::begin(sandbox, FENCE, Some(transactions)));
}

fn there_and_back(story: Story) {
    let planned = story.estate.ok(&["failover", "plan"]);
    assert!(planned.contains("PLANNED FAILOVER") && planned.contains("Nothing will be lost"), "{planned}");
    let ran = story.estate.ok(&["failover", "run", "-auto-approve"]);
    assert!(ran.contains("Failover complete!"), "{ran}");
    assert_eq!(roles(&story.estate), ("secondary".into(), 1));
    assert!(story.finder.answers().iter().all(|answer| answer.contains("shanghai")));
    story.writer.await_more(200);
    assert_eq!(story.writer.writes_to().as_deref(), Some("shanghai"));
    story.estate.has_no_changes();

    let back = story.estate.ok(&["failback", "run", "-auto-approve"]);
    assert!(back.contains("Failover complete!"), "{back}");
    assert_eq!(roles(&story.estate), ("primary".into(), 2));
    story.writer.await_more(200);
    assert_eq!(story.writer.writes_to().as_deref(), Some("hangzhou"));
    story.estate.has_no_changes();

    let topic = story.topic.clone();
    let (told, sandbox, estate) = story.end();
    let log = everything(&sandbox, "hangzhou", &topic);
    assert_eq!(missing(&told.acknowledged, &log), Vec::<u64>::new(), "lost of {}", told.acknowledged.len());
    assert_eq!(missing(&told.acknowledged, &told.read), Vec::<u64>::new(), "skipped by the group");
    let (repeated, foretold) = (repeated(&told.read, &log), foretold(&estate));
    assert!(repeated <= foretold, "{repeated} read again, {foretold} foretold");
    println!("{} records, 0 lost, {repeated} repeated (≤ {foretold} foretold)", told.acknowledged.len());
}
