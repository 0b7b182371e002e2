//! Planned failovers, there and back.

use super::super::{estate::Estate, hand::until, sandbox};
use super::{ESTATE, FENCE, Story, by_name, everything, figures, missing, roles};
use leeward::sandbox::Transactions;

#[test]
fn there_and_back_nothing_is_lost_and_clients_move() {
    let Some(sandbox) = sandbox() else { return };
    // MirrorMaker's own sync of groups is at work, too: a planned failover sees it stopped.
    let text = ESTATE.replace("  mirror_maker {\n", "  mirror_maker {\n    sync_group_offsets      = true\n");
    assert_ne!(text, ESTATE);
    let (estate, text) = (Estate::new(&sandbox), text.replace("FENCE", FENCE));
    there_and_back("planned", Story::told(sandbox, estate, &text, None, by_name));
}

#[test]
fn transactions_move_whole() {
    let Some(sandbox) = sandbox() else { return };
    let transactions = Transactions { records: 10, abort_every: Some(5) };
    there_and_back("planned, in transactions", Story::begin(sandbox, FENCE, Some(transactions)));
}

fn there_and_back(name: &str, story: Story) {
    there(&story);
    back(&story);
    accounted(name, story);
}

/// Fails over: the clients are on the other side, and nothing is left to do.
pub fn there(story: &Story) {
    let planned = story.estate.ok(&["failover", "plan"]);
    assert!(planned.contains("PLANNED FAILOVER") && planned.contains("Nothing will be lost"), "{planned}");
    let ran = story.estate.ok(&["failover", "run", "-auto-approve"]);
    assert!(ran.contains("Failover complete!"), "{ran}");
    stands(story, "secondary", 1, "shanghai");
    let report = story.estate.ok(&["report", &story.estate.latest_run()]);
    assert!(report.contains("Planned failover of main") && report.contains("nothing lost"), "{report}");
}

/// Fails back: the clients are where they were.
pub fn back(story: &Story) {
    let back = story.estate.ok(&["failback", "run", "-auto-approve"]);
    assert!(back.contains("Failover complete!"), "{back}");
    stands(story, "primary", 2, "hangzhou");
}

/// The roles, the names and the clients are there, and nothing is left to do.
pub fn stands(story: &Story, side: &str, epoch: u64, cluster: &str) {
    assert_eq!(roles(&story.estate), (side.to_owned(), epoch));
    let lead =
        |answers: &Vec<String>| !answers.is_empty() && answers.iter().all(|answer| answer.contains(cluster));
    until("what leads clients", || story.finder.answers(), lead);
    story.writer.await_more(200);
    assert_eq!(story.writer.writes_to().as_deref(), Some(cluster));
    story.estate.has_no_changes();
}

/// Back on the side where it began, nothing is lost or skipped, and no more was read again than was foretold.
pub fn accounted(name: &str, story: Story) {
    let topic = story.topic.clone();
    let (told, sandbox, estate) = story.end();
    let log = everything(&sandbox, "hangzhou", &topic);
    assert_eq!(missing(&told.acknowledged, &log), Vec::<u64>::new(), "lost of {}", told.acknowledged.len());
    assert_eq!(missing(&told.acknowledged, &told.read), Vec::<u64>::new(), "skipped by the group");
    figures::keep(name, &told, &log, "0", &estate);
}
