//! A planned failover whose active side dies: before the line an unplanned one goes on from it, behind the line it goes on
//! without that side.

use super::super::interruption::recovered;
use super::super::sample::address;
use super::declared::Kind;
use super::field::{cut, heal};
use super::killed::When;
use super::stage::{Stage, values};
use leeward::estate::{Evidence, Naming, Occasion, Task};
use leeward::offsets::checkpoints_topic;
use leeward::plan::{Action, Loss, Plan, Recipe, Step, StepId};
use leeward::run::{Progress, Waiver, WithoutError, found, needing, recalled};
use leeward::runbook::{Begun, BegunError};
use std::collections::{BTreeMap, BTreeSet};

/// Lets a planned failover die at a step, and its active side with it; goes on from there.
async fn gone_on(stage: &Stage, plan: &Plan, step: StepId, when: When) -> (Stage, Plan, Begun) {
    let mut one = stage.copy();
    let place = one.die(plan, step, when).await;
    let run = recovered(&place.tape, plan.clone());
    one.state = recalled(one.state.clone(), plan, &run.past);
    // The store gives it another serial, as writing it would.
    one.state.serial += 1;
    cut(&one.field, "hangzhou");
    let begun =
        Begun::each("7f3a", plan, &found(&run.past)).unwrap().remove(&address("pair.orders")).unwrap();
    let after = one.plan_after(Recipe::Unplanned, Some(&begun)).await;
    one.run(after.clone()).await;
    (one, after, begun)
}

fn number_of(plan: &Plan, is: impl Fn(&Task) -> bool) -> StepId {
    let found = plan.steps.iter().find(|step| matches!(&step.action, Action::Task(task) if is(task)));
    found.unwrap().id
}

fn calls(stage: &Stage, occasion: Occasion) -> usize {
    stage.field.0.world().called.iter().filter(|call| call.occasion == occasion).count()
}

fn is_done_at(step: StepId, died: (StepId, When)) -> bool {
    step < died.0 || (step == died.0 && died.1 == When::After)
}

/// A step of a planned failover, and when it and its active side died.
struct Death<'a> {
    plan: &'a Plan,
    step: &'a Step,
    when: When,
}

impl Death<'_> {
    /// Whether the first step of this sort was done by then.
    fn is_behind(&self, is: impl Fn(&Task) -> bool) -> bool {
        is_done_at(number_of(self.plan, is), (self.step.id, self.when))
    }

    /// What the run did that died is not done again by the one that goes on.
    fn stays_done(&self, fence: Kind, one: &Stage, after: &Plan) {
        let told = format!("{fence:?}, {:?} step {} {:?}", self.when, self.step.id, self.step.action);
        let pair = &one.state.pairs[&address("pair.orders")];
        assert_eq!(pair.epoch, 1, "{told}");
        // A fence that was proven is not pending, unless it would refuse the mirror, too.
        let is_quiet = self.is_behind(|task| matches!(task, Task::AwaitQuiet { .. }));
        let is_settled = is_quiet && matches!(fence, Kind::Access | Kind::Hook);
        assert_eq!(pair.pending_fences.is_empty(), is_settled, "{told}");
        let kept: [fn(&Task) -> bool; 2] = [
            |task| matches!(task, Task::TakeSnapshot { .. }),
            |task| matches!(task, Task::CommitGroups { .. }),
        ];
        for is in kept {
            let again = after.steps.iter().any(|step| matches!(&step.action, Action::Task(task) if is(task)));
            assert_eq!(again, !self.is_behind(is), "{told}");
        }
        let snapshot = pair.snapshot.as_ref().unwrap();
        assert!(snapshot.ends.contains_key(&address("cluster.shanghai")), "{told}");
        // The application is started once, wherever it was stopped.
        assert_eq!(calls(one, Occasion::Start), 1, "{told}");
        assert!(calls(one, Occasion::Stop) <= 1, "{told}");
        let is_fence = matches!(self.step.action, Action::Task(Task::Call { occasion: Occasion::Fence, .. }));
        let called = match fence {
            Kind::Hook if is_fence && self.when == When::In => 2,
            Kind::Hook => 1,
            _ => 0,
        };
        assert_eq!(calls(one, Occasion::Fence), called, "{told}");
    }
}

#[tokio::test]
async fn whichever_step_it_had_come_to_what_it_did_stays_done() {
    let mut deaths = 0;
    for fence in Kind::ALL {
        let stage = Stage::raised(fence).await;
        let plan = stage.plan(Recipe::Planned).await;
        let line = plan.failover.as_ref().unwrap().no_return.unwrap();
        for step in plan.steps.iter().filter(|step| step.id < line) {
            for when in When::ALL {
                let (one, after, _) = gone_on(&stage, &plan, step.id, when).await;
                let what = after.failover.as_ref().unwrap().what();
                assert_eq!(what, "unplanned failover of orders, hangzhou → shanghai, after run 7f3a");
                Death { plan: &plan, step, when }.stays_done(fence, &one, &after);
                deaths += 1;
            }
        }
    }
    println!(
        "the active side died before, in and after each step before the line: {deaths}/{deaths} went on unplanned"
    );
}

#[tokio::test]
async fn what_a_fenced_side_kept_is_counted_exactly_and_comes_back() {
    for fence in Kind::ALL {
        let stage = Stage::raised(fence).await;
        stage.field.hang();
        stage.field.write("kept", 2);
        let plan = stage.plan(Recipe::Planned).await;
        let quiet = number_of(&plan, |task| matches!(task, Task::AwaitQuiet { .. }));
        let (mut one, after, _) = gone_on(&stage, &plan, quiet, When::After).await;
        let failover = after.failover.as_ref().unwrap();
        let Loss::Seen { records, .. } = failover.loss else { panic!("{:?}", failover.loss) };
        let world = one.field.0.world();
        let [here, there] = ["hangzhou", "shanghai"]
            .map(|name| values(&world.clusters[&address(&format!("cluster.{name}"))]));
        let lost: BTreeSet<_> = here.difference(&there).collect();
        assert_eq!(i64::try_from(lost.len()).unwrap(), records, "{lost:?}");
        assert!(lost.iter().filter(|value| value.starts_with("kept-")).count() == 6, "{lost:?}");
        assert_eq!(failover.continues.as_ref().unwrap().is_fenced, fence != Kind::None);

        // The side returns: what it kept is still there, and what came later is there once.
        heal(&one.field, "hangzhou");
        one.field = one.field.awake();
        one.field.write("there", 2);
        one.run(one.plan(Recipe::Reprotect).await).await;
        one.run(one.plan(Recipe::Planned).await).await;
        assert!(one.steady().await.is_empty());
        let world = one.field.0.world();
        let home = values(&world.clusters[&address("cluster.hangzhou")]);
        let of = |stem: &str| home.iter().filter(|value| value.starts_with(stem)).count();
        assert_eq!((of("first-"), of("later-"), of("kept-"), of("there-")), (15, 9, 6, 6));
    }
}

#[tokio::test]
async fn all_that_was_drained_is_foretold_to_lose_nothing() {
    let stage = Stage::raised(Kind::Access).await;
    let plan = stage.plan(Recipe::Planned).await;
    let approve = number_of(&plan, |task| matches!(task, Task::Approve { .. }));
    let (_, after, _) = gone_on(&stage, &plan, approve, When::Before).await;
    let failover = after.failover.unwrap();
    assert!(matches!(failover.loss, Loss::Seen { records: 0, .. }), "{:?}", failover.loss);
    // The word was given for a failover that loses nothing: it is asked for once more.
    assert!(after.steps.iter().any(|step| matches!(step.action, Action::Task(Task::Approve { .. }))));
    let groups: Vec<&str> = failover.groups.iter().map(|set| set.group.as_str()).collect();
    assert_eq!(groups, ["archive", "billing"]);
}

#[tokio::test]
async fn nothing_goes_on_from_what_is_no_planned_failover_before_its_line() {
    let stage = Stage::raised(Kind::Access).await;
    let steady = stage.steady().await;
    assert_eq!(Begun::each("7f3a", &steady, &BTreeMap::new()), Err(BegunError::NotPlanned));
    let unplanned = stage.plan(Recipe::Unplanned).await;
    assert_eq!(Begun::each("7f3a", &unplanned, &BTreeMap::new()), Err(BegunError::NotPlanned));
    let plan = stage.plan(Recipe::Planned).await;
    let line = plan.failover.as_ref().unwrap().no_return.unwrap();
    let done = BTreeMap::from([(line, (jiff::Timestamp::UNIX_EPOCH, Evidence::Nothing))]);
    assert_eq!(Begun::each("7f3a", &plan, &done), Err(BegunError::NoReturn));
    let places = BTreeSet::from([address("cluster.hangzhou")]);
    let fresh = |plan: &Plan| needing(plan, &Progress::new(plan).unwrap(), &places);
    assert_eq!(fresh(&plan), Err(WithoutError::BeforeTheLine));
    assert_eq!(fresh(&steady), Err(WithoutError::NotPlanned));
}

#[tokio::test]
async fn behind_the_line_a_run_goes_on_without_the_side_that_died() {
    let places = ["cluster.hangzhou", "connect.hangzhou"].map(address);
    let places: BTreeSet<_> = places.into_iter().collect();
    for fence in Kind::ALL {
        let stage = Stage::raised(fence).await;
        let plan = stage.plan(Recipe::Planned).await;
        let line = plan.failover.as_ref().unwrap().no_return.unwrap();
        let behind: Vec<&Step> = plan.steps.iter().filter(|step| step.id >= line).collect();
        for step in behind {
            let mut one = stage.copy();
            let place = one.die(&plan, step.id, When::After).await;
            cut(&one.field, "hangzhou");
            let run = recovered(&place.tape, plan.clone());
            let steps = needing(&plan, &run.progress, &places).unwrap();
            let is_allowed = run.past.iter().flat_map(|entry| &entry.events).any(|event| {
                event.of_step().is_some_and(|(step, event)| {
                    event == leeward::run::StepEvent::Done
                        && matches!(
                            plan.steps[step.0 as usize].action,
                            Action::Task(Task::AllowWrites { .. })
                        )
                })
            });
            let waivers = steps.into_iter().map(|step| Waiver { step, reason: "it burns".into() });
            one.resume_without(&place, &plan, waivers.collect()).await;
            let told = format!("{fence:?}, step {} {:?}", step.id, step.action);
            let pending = !one.state.pairs[&address("pair.orders")].pending_fences.is_empty();
            assert_eq!(pending, fence == Kind::MaxMessageBytes && !is_allowed, "{told}");
            // It returns, and comes back.
            heal(&one.field, "hangzhou");
            one.run(one.plan(Recipe::Reprotect).await).await;
            assert!(one.steady().await.is_empty(), "{told}");
            one.run(one.plan(Recipe::Planned).await).await;
            assert!(one.steady().await.is_empty(), "{told}");
        }
    }
}

/// Brokers that are dead, and a Connect cluster of theirs that answers still: it keeps no change, and is asked for none.
#[tokio::test]
async fn nothing_is_asked_of_the_connect_of_a_dead_side() {
    let stage = Stage::raised(Kind::Access).await;
    cut(&stage.field, "hangzhou");
    stage.field.0.heal(&address("connect.hangzhou"));
    let plan = stage.plan(Recipe::Unplanned).await;
    let there = address("connect.hangzhou");
    let asked =
        plan.steps.iter().filter_map(|step| step.object.as_ref()).find(|object| object.place == there);
    assert_eq!(asked, None);
    let left = plan.deferred.iter().filter(|it| it.object.place == there).count();
    assert!(left > 0, "{:#?}", plan.deferred);
}

#[tokio::test]
async fn a_group_whose_position_nobody_knows_is_told_of() {
    let stage = Stage::raised(Kind::Access).await;
    let told = async |stage: &Stage| {
        let notes = stage.plan(Recipe::Unplanned).await.failover.unwrap().notes;
        notes.into_iter().find(|note| note.starts_with("where "))
    };
    cut(&stage.field, "hangzhou");
    assert_eq!(told(&stage).await, None, "checkpoints have crossed");
    stage.field.0.edit(|world| {
        let standby = world.clusters.get_mut(&address("cluster.shanghai")).unwrap();
        let noted = checkpoints_topic(&Naming::Identity, "hangzhou");
        standby.topics.get_mut(&noted).unwrap().records.clear();
    });
    let note = told(&stage).await.unwrap();
    assert!(note.starts_with("where archive, billing stood is not known"), "{note}");
}
