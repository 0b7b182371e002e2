//! Steps that are taken for done because a person says so.

use super::execute::{Diary, Place, options, world_and_state};
use super::interruption::recovered;
use super::sample::{address, cluster, create, plan, task, topic, topic_on};
use super::world::{Trouble, World, recordless};
use leeward::estate::{Occasion, Side, Task};
use leeward::plan::{Plan, StepId};
use leeward::run::{Event, Options, Progress, Status, Stop, WaiveError, Waiver, execute, may_be_waived};

/// A hook that fails stands before a change of roles.
fn calling() -> Plan {
    let owner = address("application.billing");
    let stop = Task::Call { owner, occasion: Occasion::Stop, seconds: 1, pair: None, cluster: None };
    let set_active = Task::SetActive { pair: address("pair.orders"), side: Side::Secondary, epoch: 1 };
    plan(vec![
        task("application.billing", &[], stop),
        task("pair.orders", &[0], set_active),
        create("topic.t", topic_on("hangzhou", "t"), &[1], topic("1", 1)),
    ])
}

#[tokio::test]
async fn a_run_goes_on_as_if_the_step_were_done_and_keeps_why() {
    let (place, world) = (Place::new(), World::default().troubled(1, Trouble::Fails));
    let mut run = place.run(calling());
    assert!(!place.execute(&mut run, &world).await.unwrap().whole);
    drop(run);

    let (stop, diary) = (Stop::default(), Diary::default());
    let waivers = vec![Waiver { step: StepId(0), reason: "stopped by hand".into() }];
    let mut run = recovered(&place.tape, calling());
    let options = Options { waivers: waivers.clone(), ..options(&stop, &diary) };
    let state = place.state().await;
    let ending = execute(&mut run, state, recordless(&world), &place.store, &options).await.unwrap();
    assert!(ending.whole && ending.state.epoch(&address("pair.orders")) == 1);
    assert!(world.performed().is_empty(), "it is not done");
    let lines = diary.0.lock().unwrap().clone();
    assert!(lines.contains(&"application.billing waived: stopped by hand".to_owned()), "{lines:#?}");
    let waived = Event::Waived { step: StepId(0), reason: "stopped by hand".into() };
    assert!(place.events().contains(&waived));

    // The journal alone tells the same.
    let again = recovered(&place.tape, calling());
    assert!(again.progress.is_whole() && again.is_finished());
    assert_eq!(again.progress.status(StepId(0)), Some(Status::Done));
    assert!(world_and_state(&world, &ending.state).contains("secondary is active, epoch 1"));
}

#[test]
fn only_what_changes_nothing_that_others_build_on_may_be_left_out() {
    let cluster = || cluster("hangzhou");
    let of = |task: Task| {
        let plan = plan(vec![super::sample::task("pair.orders", &[], task)]);
        may_be_waived(&plan, &Progress::new(&plan).unwrap(), StepId(0)).is_ok()
    };
    let topics = || [("t".to_owned(), None)].into();
    let cases = [
        (Task::AwaitQuiet { cluster: cluster(), topics: ["t".to_owned()].into() }, true),
        (Task::AwaitGroupsEmpty { cluster: cluster(), groups: ["g".to_owned()].into() }, true),
        (Task::AwaitHeartbeat { cluster: cluster(), topic: "h".into() }, true),
        (Task::Canary { cluster: cluster(), topic: "c".into(), through: None }, true),
        (Task::Approve { name: "cutover".into(), seconds: None }, false),
        (Task::RefuseWrites { cluster: cluster(), topics: topics() }, false),
        (Task::AllowWrites { cluster: cluster(), topics: topics() }, false),
        (Task::TakeSnapshot { pair: address("pair.orders"), routes: Vec::new() }, false),
        (Task::SetActive { pair: address("pair.orders"), side: Side::Secondary, epoch: 1 }, false),
        (Task::DeferFence { pair: address("pair.orders"), cluster: cluster() }, false),
    ];
    for (task, may) in cases {
        assert_eq!(of(task.clone()), may, "{task}");
    }
}

#[test]
fn a_step_that_is_done_or_not_there_or_a_change_says_so() {
    let plan = calling();
    let mut progress = Progress::new(&plan).unwrap();
    let refused = |progress: &Progress, step| may_be_waived(&plan, progress, StepId(step)).unwrap_err();
    assert_eq!(refused(&progress, 3), WaiveError::NoSuchStep(StepId(3)));
    assert_eq!(
        refused(&progress, 2).to_string(),
        "step 2 (topic.t) can't be left out: what follows builds on what it changes"
    );
    assert_eq!(may_be_waived(&plan, &progress, StepId(0)), Ok(()));
    progress.record(&Event::Waived { step: StepId(0), reason: "by hand".into() }).unwrap();
    assert_eq!(refused(&progress, 0), WaiveError::IsDone(StepId(0)));
    assert_eq!(progress.done(), 1);
}
