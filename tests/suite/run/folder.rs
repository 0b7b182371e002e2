use super::execute::options;
use super::sample::{before, every_sort};
use super::world::{Trouble, World, recordless};
use jiff::Timestamp;
use leeward::run::{Listed, RunId, Runs, RunsError, Silent, Stop, execute};
use leeward::state::{Local, State, Store};
use std::fs;
use std::io::Write as _;

fn id(text: &str) -> RunId {
    RunId::parse(text).unwrap()
}

#[tokio::test]
async fn a_run_killed_on_the_way_goes_on_from_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let store = Local::new(folder.path().join("s.json"));
    let runs = Runs::beside(store.path());
    let world = World::new(before()).troubled(9, Trouble::DiesAfter);
    let (stop, mut run) = (Stop::default(), runs.begin(every_sort(), Timestamp::now(), 1).unwrap());
    let options = options(&stop, &Silent);
    tokio::select! {
        _ = execute(&mut run, State::new("lineage"), recordless(&world), &store, &options) => panic!("it did not die"),
        () = world.died() => {}
    }
    let journal = folder.path().join(format!(".leeward/runs/{}/journal.jsonl", run.id));
    drop(run);
    fs::File::options().append(true).open(&journal).unwrap().write_all(b"{\"crc\":\"00").unwrap();

    let Listed { id, run: summary } = runs.list().unwrap().remove(0);
    assert_eq!(summary.unwrap().finished, None);
    let mut run = runs.recover(&id).unwrap().run;
    assert_eq!(run.plan, every_sort());
    let state = store.load().await.unwrap().unwrap_or_else(|| State::new("lineage"));
    assert!(execute(&mut run, state, recordless(&world), &store, &options).await.unwrap().whole);
    let summary = runs.list().unwrap().remove(0).run.unwrap();
    assert_eq!((summary.finished, summary.done, summary.header.steps), (Some(true), 15, 15));
}

#[test]
fn ids_are_short_and_their_beginnings_are_enough() {
    let folder = tempfile::tempdir().unwrap();
    let runs = Runs::beside(&folder.path().join("s.json"));
    assert!(matches!(runs.find("7"), Err(RunsError::Missing(_))));
    let now = Timestamp::UNIX_EPOCH;
    let first = runs.begin(every_sort(), now, 1).unwrap().id;
    // The same seed at the same time would be the same id: it gets longer.
    let second = runs.begin(every_sort(), now, 1).unwrap().id;
    assert_eq!((first.to_string().len(), second.to_string().len()), (4, 5));
    assert_eq!(runs.find(&first.to_string()).unwrap(), first, "a whole id is that run");
    assert_eq!(runs.find(&second.to_string()).unwrap(), second);
    assert!(matches!(runs.find(&first.to_string()[..2]), Err(RunsError::Ambiguous(_))));
    assert!(matches!(runs.find(""), Err(RunsError::Missing(_))));
    assert_eq!((RunId::parse("../x"), RunId::parse("")), (None, None));
}

#[test]
fn runs_are_listed_from_the_latest_and_broken_ones_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let runs = Runs::beside(&folder.path().join("s.json"));
    let started = |second| Timestamp::from_second(second).unwrap();
    let early = runs.begin(every_sort(), started(1), 1).unwrap().id;
    let late = runs.begin(every_sort(), started(2), 2).unwrap().id;
    let broken = runs.begin(every_sort(), started(3), 3).unwrap().id;
    fs::write(folder.path().join(format!(".leeward/runs/{broken}/journal.jsonl")), "?\n?\n").unwrap();
    let list = runs.list().unwrap();
    assert_eq!(list.iter().map(|listed| &listed.id).collect::<Vec<_>>(), [&late, &early, &broken]);
    assert!(matches!(&list[2].run, Err(RunsError::Journal { .. })));
}

#[test]
fn a_run_whose_plan_was_edited_is_not_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let runs = Runs::beside(&folder.path().join("s.json"));
    let run = runs.begin(every_sort(), Timestamp::now(), 1).unwrap().id;
    let plan = folder.path().join(format!(".leeward/runs/{run}/plan.json"));
    let text = fs::read_to_string(&plan).unwrap();
    fs::write(&plan, text.replacen("orders", "others", 1)).unwrap();
    assert!(matches!(runs.recover(&run), Err(RunsError::Plan { .. })));
    assert!(matches!(runs.recover(&id("abcdef")), Err(RunsError::Missing(_))));
}
