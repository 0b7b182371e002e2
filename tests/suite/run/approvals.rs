//! Words that people give, and a run that waits for them.

use super::execute::{Diary, Place, options};
use super::sample::{address, plan, task};
use super::world::{World, recordless};
use jiff::Timestamp;
use leeward::estate::{Evidence, Fault, FaultKind, Side, Task};
use leeward::plan::Plan;
use leeward::run::{
    Approval, Approvals, Asked, Event, Fact, Happening, Options, Progress, Runs, Silent, Standing, Stop,
    Witness, asked, execute, quoted,
};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

fn word(reason: &str) -> Approval {
    Approval { by: "ann@site".into(), reason: reason.into(), at: Timestamp::UNIX_EPOCH }
}

fn approve(name: &str, seconds: Option<u64>) -> Task {
    Task::Approve { name: name.into(), seconds }
}

/// A failover that asks twice before the roles change.
fn asking(seconds: Option<u64>) -> Plan {
    let set_active = Task::SetActive { pair: address("pair.orders"), side: Side::Secondary, epoch: 1 };
    plan(vec![
        task("failover_policy.orders", &[], approve("begin", seconds)),
        task("failover_policy.orders", &[0], approve("cut over", seconds)),
        task("pair.orders", &[1], set_active),
    ])
}

/// Approvals that can be given while a run waits.
#[derive(Default)]
struct Desk(Mutex<BTreeMap<String, Approval>>);

impl Desk {
    fn give(&self, name: &str) {
        self.0.lock().unwrap().insert(name.into(), word("go"));
    }
}

impl Approvals for Desk {
    fn given(&self, name: &str) -> Result<Option<Approval>, Fault> {
        self.0.lock().unwrap().given(name)
    }
}

/// Gives the word, or asks for a stop, as soon as it is waited for.
struct Listener<'a> {
    desk: &'a Desk,
    stop: &'a Stop,
    stops_at: Option<&'a str>,
    heard: Mutex<Vec<String>>,
}

impl Witness for Listener<'_> {
    fn saw(&self, happening: &Happening<'_>) {
        let Happening::Waiting { text, .. } = happening else { return };
        self.heard.lock().unwrap().push((*text).to_owned());
        if self.stops_at.is_some_and(|name| text.contains(name)) {
            self.stop.ask();
        }
        self.desk.give(if text.contains("begin") { "begin" } else { "cut over" });
    }
}

#[tokio::test]
async fn a_run_goes_on_once_the_word_is_given_and_keeps_whose_it_was() {
    let (place, world, desk, stop) = (Place::new(), World::default(), Desk::default(), Stop::default());
    let listener = Listener { desk: &desk, stop: &stop, stops_at: None, heard: Mutex::default() };
    let options = Options { approvals: &desk, ..options(&stop, &listener) };
    let mut run = place.run(asking(None));
    let state = place.state().await;
    assert!(execute(&mut run, state, recordless(&world), &place.store, &options).await.unwrap().whole);
    let heard = listener.heard.into_inner().unwrap();
    assert_eq!(
        heard,
        [
            "waiting for: leeward approve 7f3a begin -reason WHY",
            "waiting for: leeward approve 7f3a 'cut over' -reason WHY"
        ]
    );
    let Approval { by, reason, at } = word("go");
    let evidence = Fact::Found(Evidence::Approved { by, reason, at });
    let kept = place
        .events()
        .into_iter()
        .filter(|event| matches!(event, Event::Done { fact, .. } if *fact == evidence));
    assert_eq!(kept.count(), 2);
}

#[tokio::test]
async fn asked_to_stop_it_stops_waiting_at_once_and_waits_again_when_resumed() {
    let (place, world, desk, stop) = (Place::new(), World::default(), Desk::default(), Stop::default());
    let listener = Listener { desk: &desk, stop: &stop, stops_at: Some("begin"), heard: Mutex::default() };
    let no_words = BTreeMap::new();
    let waiting = Options { approvals: &no_words, ..options(&stop, &listener) };
    let mut run = place.run(asking(None));
    let state = place.state().await;
    let ending = execute(&mut run, state, recordless(&world), &place.store, &waiting).await.unwrap();
    assert!(ending.stopped && !ending.whole);
    assert_eq!(place.events().last(), Some(&Event::Interrupted));
    assert!(!place.events().iter().any(|event| matches!(event, Event::Failed { .. } | Event::Done { .. })));

    let (desk, stop) = (Desk::default(), Stop::default());
    let listener = Listener { desk: &desk, stop: &stop, stops_at: None, heard: Mutex::default() };
    let given = Options { approvals: &desk, ..options(&stop, &listener) };
    let mut run = super::interruption::recovered(&place.tape, asking(None));
    let state = place.state().await;
    assert!(execute(&mut run, state, recordless(&world), &place.store, &given).await.unwrap().whole);
    assert_eq!(listener.heard.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_word_that_does_not_come_in_time_fails_what_needs_it() {
    let (place, world, stop, diary) = (Place::new(), World::default(), Stop::default(), Diary::default());
    let no_words = BTreeMap::new();
    let options = Options { approvals: &no_words, ..options(&stop, &diary) };
    let mut run = place.run(asking(Some(0)));
    let state = place.state().await;
    let ending = execute(&mut run, state, recordless(&world), &place.store, &options).await.unwrap();
    assert!(!ending.whole && ending.state.epoch(&address("pair.orders")) == 0);
    let expected = "failover_policy.orders failed: \"begin\" was not approved in 0 s \
                    (leeward approve 7f3a begin -reason WHY, then leeward resume 7f3a)";
    assert!(diary.0.lock().unwrap().iter().any(|line| line == expected), "{:#?}", diary.0);
}

/// What can't be read is no word.
struct Torn;

impl Approvals for Torn {
    fn given(&self, _: &str) -> Result<Option<Approval>, Fault> {
        Err(Fault::new(FaultKind::Invalid, "the approval is torn"))
    }
}

#[tokio::test]
async fn a_word_that_cannot_be_read_stops_the_run() {
    let (place, world, stop) = (Place::new(), World::default(), Stop::default());
    let options = Options { approvals: &Torn, pause: Duration::ZERO, ..Options::new(&stop, &Silent) };
    let mut run = place.run(asking(None));
    let state = place.state().await;
    assert!(!execute(&mut run, state, recordless(&world), &place.store, &options).await.unwrap().whole);
}

#[test]
fn the_first_word_beside_a_run_stands_whatever_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let runs = Runs::beside(&folder.path().join("s.json"));
    let run = runs.begin(asking(None), Timestamp::now(), 1).unwrap();
    let given = runs.approvals(&run.id);
    for name in ["cutover", "cut over", "../../escape", "a/b", "", "ü%2f", "CON"] {
        assert_eq!(given.given(name).unwrap(), None, "{name}");
        assert_eq!(given.give(name, &word("first")).unwrap(), word("first"), "{name}");
        assert_eq!(given.give(name, &word("second")).unwrap(), word("first"), "{name}");
        assert_eq!(runs.approvals(&run.id).given(name).unwrap(), Some(word("first")), "{name}");
    }
    let files = std::fs::read_dir(folder.path().join(format!(".leeward/runs/{}/approvals", run.id))).unwrap();
    assert_eq!(files.count(), 7, "one file for each, and nothing left over");
}

#[test]
fn a_file_that_is_no_word_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let runs = Runs::beside(&folder.path().join("s.json"));
    let run = runs.begin(asking(None), Timestamp::now(), 1).unwrap();
    let given = runs.approvals(&run.id);
    given.give("begin", &word("go")).unwrap();
    let file = folder.path().join(format!(".leeward/runs/{}/approvals/begin.json", run.id));
    std::fs::write(file, "{\"by\":").unwrap();
    let fault = given.given("begin").unwrap_err();
    assert!(fault.message.contains("begin.json can't be read"), "{fault}");
    assert_eq!(fault.hint.as_deref(), Some("remove the file, approve again, and resume the run"));
}

#[test]
fn each_approval_says_how_it_stands() {
    let plan = asking(None);
    let mut progress = Progress::new(&plan).unwrap();
    let standings = |run: &Progress, given: &BTreeMap<String, Approval>| -> Vec<Standing> {
        asked(&plan, run, given).unwrap().into_iter().map(|Asked { standing, .. }| standing).collect()
    };
    let none = BTreeMap::new();
    assert_eq!(standings(&progress, &none), [Standing::Awaited, Standing::Later]);
    let begun: BTreeMap<String, Approval> = [("begin".to_owned(), word("go"))].into();
    assert_eq!(standings(&progress, &begun), [Standing::Given(word("go")), Standing::Later]);
    let first = leeward::plan::StepId(0);
    for event in
        [Event::Started { step: first, attempt: 1 }, Event::Done { step: first, fact: Fact::Nothing }]
    {
        progress.record(&event).unwrap();
    }
    assert_eq!(standings(&progress, &none), [Standing::Passed, Standing::Awaited]);
}

#[test]
fn a_name_is_quoted_where_a_shell_would_break_it() {
    for (name, word) in
        [("cutover", "cutover"), ("cut over", "'cut over'"), ("it's", r"'it'\''s'"), ("ü", "'ü'")]
    {
        assert_eq!(quoted(name), word);
    }
}
