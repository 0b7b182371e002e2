use super::execute::{Diary, Place, options};
use super::sample::{cluster, plan, task};
use super::world::recordless;
use futures::future::BoxFuture;
use leeward::estate::{Change, Evidence, Outcome, Query, Reading, Task};
use leeward::plan::Plan;
use leeward::provider::Provider;
use leeward::run::{Ending, Event, Stop, execute};
use tokio::sync::{Notify, Semaphore};

/// A world in which each task waits for leave.
struct Gate {
    begun: Notify,
    leave: Semaphore,
}

impl Provider for Gate {
    fn read<'a>(&'a self, _: &'a [Query]) -> BoxFuture<'a, Vec<Reading>> {
        Box::pin(async { Vec::new() })
    }

    fn change<'a>(&'a self, _: &'a [Change]) -> BoxFuture<'a, Vec<Outcome>> {
        Box::pin(async { Vec::new() })
    }

    fn perform<'a>(&'a self, _: &'a Task) -> BoxFuture<'a, Outcome<Evidence>> {
        Box::pin(async {
            self.begun.notify_one();
            self.leave.acquire().await.unwrap().forget();
            Outcome::Done(Evidence::Nothing)
        })
    }
}

fn three_tasks() -> Plan {
    let heartbeat = || Task::AwaitHeartbeat { cluster: cluster("shanghai"), topic: "h".into() };
    plan(vec![
        task("replication.a", &[], heartbeat()),
        task("replication.b", &[0], heartbeat()),
        task("replication.c", &[], heartbeat()),
    ])
}

/// Runs three tasks; once two of them are under way does as told.
async fn stopped(act: impl AsyncFnOnce(&Gate, &Stop, &Diary)) -> (Ending, Vec<Event>, Vec<String>) {
    let place = Place::new();
    let gate = Gate { begun: Notify::new(), leave: Semaphore::new(0) };
    let (stop, diary) = (Stop::default(), Diary::default());
    let options = options(&stop, &diary);
    let mut run = place.run(three_tasks());
    let state = place.state().await;
    let acting = async {
        gate.begun.notified().await;
        act(&gate, &stop, &diary).await;
    };
    let (ending, ()) =
        tokio::join!(execute(&mut run, state, recordless(&gate), &place.store, &options), acting);
    let lines = diary.0.lock().unwrap().clone();
    (ending.unwrap(), place.events(), lines)
}

#[tokio::test]
async fn asked_once_a_run_stops_when_the_steps_under_way_are_done() {
    let (ending, events, lines) = stopped(async |gate, stop, diary| {
        stop.ask();
        while !diary.0.lock().unwrap().iter().any(|line| line.starts_with("stopping")) {
            tokio::task::yield_now().await;
        }
        gate.leave.add_permits(2);
    })
    .await;
    assert!(ending.stopped && !ending.whole);
    assert_eq!(events.iter().filter(|event| matches!(event, Event::Done { .. })).count(), 2);
    assert_eq!(events.last(), Some(&Event::Interrupted));
    assert!(lines.contains(&"stopping, 2 under way".to_owned()), "{lines:#?}");
    assert!(!lines.contains(&"replication.b started 1".to_owned()), "{lines:#?}");
}

#[tokio::test]
async fn asked_twice_it_stops_at_once() {
    let (ending, events, _) = stopped(async |_, stop, _| {
        stop.ask();
        stop.ask();
    })
    .await;
    assert!(ending.stopped && !ending.whole);
    assert_eq!(events.iter().filter(|event| matches!(event, Event::Done { .. })).count(), 0);
    assert_eq!(events.iter().filter(|event| matches!(event, Event::Started { .. })).count(), 2);
    assert_eq!(events.last(), Some(&Event::Interrupted));
}

#[tokio::test]
async fn a_run_whose_last_steps_are_done_while_it_stops_is_finished() {
    let (ending, events, _) = stopped(async |gate, _, _| gate.leave.add_permits(3)).await;
    assert!(!ending.stopped && ending.whole);
    assert_eq!(events.last(), Some(&Event::Finished { whole: true }));
}

#[tokio::test]
async fn no_more_is_under_way_at_once_than_allowed() {
    let place = Place::new();
    let gate = Gate { begun: Notify::new(), leave: Semaphore::new(0) };
    let (stop, diary) = (Stop::default(), Diary::default());
    let mut options = options(&stop, &diary);
    options.parallelism = 1;
    let mut run = place.run(three_tasks());
    let state = place.state().await;
    let acting = async {
        for _ in 0..3 {
            gate.begun.notified().await;
            let started = |line: &&String| line.contains("started");
            let ended = |line: &&String| line.contains("done");
            let lines = diary.0.lock().unwrap().clone();
            assert_eq!(lines.iter().filter(started).count() - lines.iter().filter(ended).count(), 1);
            gate.leave.add_permits(1);
        }
    };
    let (ending, ()) =
        tokio::join!(execute(&mut run, state, recordless(&gate), &place.store, &options), acting);
    assert!(ending.unwrap().whole);
}
