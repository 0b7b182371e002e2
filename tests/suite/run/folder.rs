use super::execute::options;
use super::sample::{address, before, every_sort, plan, task};
use super::world::{Trouble, World, recordless};
use jiff::Timestamp;
use leeward::estate::{Side, Task};
use leeward::plan::Plan;
use leeward::run::{Event, Listed, Run, RunId, Runs, RunsError, Silent, Stop, execute};
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
    let first = runs.begin(every_sort_but_roles(), now, 1).unwrap().id;
    // The same seed at the same time would be the same id: it gets longer.
    let second = runs.begin(every_sort_but_roles(), now, 1).unwrap().id;
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
    let early = runs.begin(every_sort_but_roles(), started(1), 1).unwrap().id;
    let late = runs.begin(every_sort_but_roles(), started(2), 2).unwrap().id;
    let broken = runs.begin(every_sort_but_roles(), started(3), 3).unwrap().id;
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

/// A plan that changes the roles of a pair.
fn moving(pair: &str) -> Plan {
    let set_active = Task::SetActive { pair: address(pair), side: Side::Secondary, epoch: 1 };
    plan(vec![task(pair, &[], set_active)])
}

#[test]
fn two_runs_that_change_the_roles_of_a_pair_are_not_under_way_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let runs = Runs::beside(&folder.path().join("s.json"));
    let begin = |plan: Plan, seed| runs.begin(plan, Timestamp::now(), seed);
    // Its steps are of another sort.
    begin(every_sort_but_roles(), 1).unwrap();
    let mut first = begin(moving("pair.orders"), 2).unwrap();
    begin(moving("pair.others"), 3).unwrap();
    let Err(error) = begin(moving("pair.orders"), 4) else { panic!("both are under way") };
    assert_eq!(
        error.to_string(),
        format!(
            "run {0} changes the roles of pair.orders too, and is not finished: `leeward resume {0}` goes on with it, \
             `leeward abort {0}` gives it up",
            first.id
        )
    );
    // One that failed is not over, one that was given up or came to its end is.
    first.record(vec![Event::Finished { whole: false }]).unwrap();
    assert!(matches!(begin(moving("pair.orders"), 5), Err(RunsError::Busy { .. })));
    first.record(vec![Event::Aborted { by: None, reason: Some("the side is gone".into()) }]).unwrap();
    let mut second = begin(moving("pair.orders"), 6).unwrap();
    second.record(vec![Event::Finished { whole: true }]).unwrap();
    let third = begin(moving("pair.orders"), 7).unwrap();
    // A journal that can't be read must not forbid the failover that is needed now.
    fs::write(folder.path().join(format!(".leeward/runs/{}/journal.jsonl", third.id)), "?\n?\n").unwrap();
    begin(moving("pair.orders"), 8).unwrap();
}

fn every_sort_but_roles() -> Plan {
    let mut steps = every_sort().steps;
    steps.truncate(12);
    plan(steps)
}

#[test]
fn only_old_runs_that_are_over_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let runs = Runs::beside(&folder.path().join("s.json"));
    let begin = |seed| runs.begin(every_sort(), Timestamp::UNIX_EPOCH, seed).unwrap();
    let ended = |mut run: Run, event| {
        run.record(vec![event]).unwrap();
        run.id
    };
    let whole = ended(begin_other(&runs, 1), Event::Finished { whole: true });
    let given_up = ended(begin_other(&runs, 2), Event::Aborted { by: None, reason: None });
    let failed = ended(begin_other(&runs, 3), Event::Finished { whole: false });
    let untouched = begin(4).id;
    assert_eq!(runs.prune(Timestamp::UNIX_EPOCH).unwrap(), []);
    let hour = jiff::SignedDuration::from_hours(1);
    let mut gone = runs.prune(Timestamp::now().checked_add(hour).unwrap()).unwrap();
    let mut expected = vec![whole, given_up];
    gone.sort();
    expected.sort();
    assert_eq!(gone, expected);
    let mut left: Vec<RunId> = runs.list().unwrap().into_iter().map(|listed| listed.id).collect();
    let mut expected = vec![failed, untouched];
    left.sort();
    expected.sort();
    assert_eq!(left, expected);
}

fn begin_other(runs: &Runs, seed: u64) -> Run {
    runs.begin(every_sort_but_roles(), Timestamp::UNIX_EPOCH, seed).unwrap()
}

#[test]
fn a_reserved_id_is_nobody_elses_and_no_run_yet() {
    let folder = tempfile::tempdir().unwrap();
    let runs = Runs::beside(&folder.path().join("s.json"));
    let reserved = runs.reserve(Timestamp::UNIX_EPOCH, 1).unwrap();
    assert!(matches!(runs.view(&reserved), Err(RunsError::Missing(_))));
    let other = runs.begin(every_sort(), Timestamp::UNIX_EPOCH, 1).unwrap().id;
    assert_ne!(reserved, other);
    let run = runs.begin_as(reserved.clone(), every_sort_but_roles(), Timestamp::UNIX_EPOCH).unwrap();
    let viewed = runs.view(&reserved).unwrap();
    assert_eq!((viewed.id, viewed.plan), (run.id, run.plan));
}
