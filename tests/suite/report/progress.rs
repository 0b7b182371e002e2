use super::failovers::{planned, several};
use leeward::estate::{Evidence, Fault, FaultKind, Kind, Object, ObjectId, OnRemove, Task, TopicObject};
use leeward::plan::{Action, Expect, Step, StepId, Undo};
use leeward::report::progress::{Bar, Heading, Lines, line};
use leeward::run::{Fact, Happening, RunId, Runs, Witness};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn cluster() -> leeward::estate::Address {
    leeward::estate::Address::new(Kind::Cluster, "shanghai")
}

fn topic() -> Object {
    Object::Topic(TopicObject { incarnation: None, partitions: 1, replication_factor: 1, config: [].into() })
}

fn step(address: &str, action: Action) -> Step {
    Step {
        id: StepId(0),
        address: address.parse().unwrap(),
        object: Some(ObjectId::topic(&cluster(), "orders")),
        role: None,
        after: Vec::new(),
        expect: Expect::Anything,
        action,
        undo: Undo::Nothing,
        on_remove: OnRemove::Forget,
        reason: None,
        wave: 0,
        optional: false,
    }
}

/// The lines of a run in which something of everything happens.
fn told(witness: &dyn Witness) {
    let run = RunId::parse("7f3a").unwrap();
    let create = step("topic.orders", Action::Create(topic()));
    let forget = step("topic.old", Action::Forget);
    let adopt = Action::Adopt { from: topic(), to: topic(), fields: Vec::new(), replaces: None };
    let adopt = step("topic.found", adopt);
    let heartbeat = Task::AwaitHeartbeat { cluster: cluster(), topic: "heartbeats".into() };
    let heartbeat = step("replication.orders", Action::Task(heartbeat));
    let (nothing, seen) = (Fact::Nothing, Fact::Found(Evidence::Seen("the third one".into())));
    let fault = Fault::new(FaultKind::Denied, "not allowed").hint("ask for CREATE");
    let took = Duration::from_millis;
    witness.saw(&Happening::Begun { run: &run, steps: 5, done: 0 });
    witness.saw(&Happening::Begun { run: &run, steps: 5, done: 1 });
    witness.saw(&Happening::Started { step: &create, attempt: 1 });
    witness.saw(&Happening::Started { step: &create, attempt: 2 });
    witness.saw(&Happening::Done { step: &create, fact: &nothing, took: took(40) });
    witness.saw(&Happening::Done { step: &forget, fact: &Fact::LetGo, took: took(0) });
    witness.saw(&Happening::Done { step: &adopt, fact: &nothing, took: took(1_234) });
    witness.saw(&Happening::Started { step: &heartbeat, attempt: 1 });
    witness.saw(&Happening::Stopping { under_way: 1 });
    witness.saw(&Happening::Done { step: &heartbeat, fact: &seen, took: took(62_000) });
    witness.saw(&Happening::Failed { step: &create, fault: &fault });
    witness.saw(&Happening::Skipped { step: &heartbeat, because: &create });
    witness.saw(&Happening::Ended);
}

/// A writer that others can look at.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_log_has_a_line_for_each_thing_that_happens() {
    let page = Page::default();
    told(&Lines::new(Box::new(page.clone())));
    insta::assert_snapshot!(String::from_utf8(page.0.lock().unwrap().clone()).unwrap());
}

#[test]
fn a_bar_that_nobody_sees_harms_nobody() {
    told(&Bar::new(indicatif::ProgressDrawTarget::hidden(), Heading::default()));
}

#[test]
fn the_first_line_says_which_wave_it_is_and_what_the_clock_says() {
    let folder = tempfile::tempdir().unwrap();
    let runs = Runs::beside(&folder.path().join("leeward.json"));
    let run = runs.begin(planned(), jiff::Timestamp::now(), 1).unwrap();
    let mut heading = Heading::of(&run);
    assert_eq!(heading.stands(), "wave 1 of 13");
    heading.end(&run.plan.steps[0]);
    assert_eq!(heading.stands(), "wave 2 of 13");
    // A wave is over once all of its steps are.
    run.plan.steps[1..=2].iter().for_each(|step| heading.end(step));
    assert_eq!(heading.stands(), "wave 2 of 13");
    run.plan.steps[3..].iter().for_each(|step| heading.end(step));
    assert_eq!(heading.stands(), "wave 13 of 13");
    assert_eq!(heading.clock(Duration::from_secs(31)), "00:31 of 05:00 (RTO)");
    assert_eq!(Heading::default().clock(Duration::from_secs(3_671)), "61:11");
}

#[test]
fn the_first_line_counts_the_waves_of_pairs_where_there_are_several() {
    let folder = tempfile::tempdir().unwrap();
    let runs = Runs::beside(&folder.path().join("leeward.json"));
    let run = runs.begin(several(), jiff::Timestamp::now(), 1).unwrap();
    let mut heading = Heading::of(&run);
    assert_eq!(heading.stands(), "wave 1 of 2");
    let of_first = run.plan.steps.len() / 3 * 2;
    run.plan.steps[..of_first].iter().for_each(|step| heading.end(step));
    assert_eq!(heading.stands(), "wave 2 of 2");
    assert_eq!(heading.clock(Duration::from_secs(31)), "00:31 of 15:00 (RTO)");
}

#[test]
fn what_only_begins_is_no_line_unless_it_is_a_wait() {
    let create = step("topic.orders", Action::Create(topic()));
    assert_eq!(line(&Happening::Started { step: &create, attempt: 1 }), None);
    assert_eq!(line(&Happening::Ended), None);
}
