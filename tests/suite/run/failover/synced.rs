//! MirrorMaker's own sync sets groups on the target while leeward does, and behind it.

use super::declared::Kind;
use super::field::Field;
use super::stage::Stage;
use futures::future::BoxFuture;
use leeward::estate::{
    Change, ConnectorState, DEAD_SOURCE_TIMEOUT, Evidence, Group, Object, Outcome, Query, Reading, Task, What,
};
use leeward::plan::{Action, Plan, Recipe, StepId};
use leeward::provider::Provider;
use leeward::run::{Event, Fact};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

/// Behind a checkpoint that is so old the sync, which looks once in five seconds, has nothing to set back.
const OLD: Duration = DEAD_SOURCE_TIMEOUT.saturating_add(Duration::from_secs(2 * 5 + 2));

/// When the sync comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comes {
    /// Between the change of groups and the look at what came of it, which tells that they have moved.
    Meanwhile,
    /// Behind that look: nobody is told.
    Behind,
}

/// A world in which the sync comes, so many times.
struct Synced {
    field: Field,
    comes: Comes,
    left: AtomicUsize,
}

impl Synced {
    /// It puts a group where it has read nothing yet, in one partition.
    fn sync(&self, change: &Change) -> Reading {
        let What::Group(name) = &change.id.what else { unreachable!("{}", change.id) };
        let positions = BTreeMap::from([("orders".to_owned(), BTreeMap::from([(0, 0)]))]);
        let group = Group { members: 0, positions };
        self.field.0.edit(|world| {
            let groups = &mut world.clusters.get_mut(&change.id.place).unwrap().groups;
            groups.insert(name.clone(), group.clone());
        });
        Reading::Present(Object::Group(group))
    }
}

impl Provider for Synced {
    fn read<'a>(&'a self, queries: &'a [Query]) -> BoxFuture<'a, Vec<Reading>> {
        self.field.read(queries)
    }

    fn change<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let outcomes = self.field.change(changes).await;
            let are_groups = changes.iter().all(|change| matches!(change.id.what, What::Group(_)));
            let sub = |left: usize| left.checked_sub(1);
            if !are_groups || self.left.fetch_update(Relaxed, Relaxed, sub).is_err() {
                return outcomes;
            }
            let moved: Vec<Outcome> =
                changes.iter().map(|change| Outcome::Moved(self.sync(change))).collect();
            if self.comes == Comes::Meanwhile { moved } else { outcomes }
        })
    }

    fn perform<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Outcome<Evidence>> {
        self.field.perform(task)
    }
}

/// What a failover told: what failed, what was found of the sync, and the world as it is then.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    fault: Option<String>,
    idle: Option<String>,
    world: String,
}

/// A failover into whose way the sync comes so often, some time behind its last checkpoint.
async fn failed_over(recipe: Recipe, comes: Comes, times: usize, age: Duration) -> Told {
    let mut stage = Stage::raised(Kind::None).await;
    stage.field.checkpointed(age);
    let (plan, place) = (stage.plan(recipe).await, stage.place());
    let mut run = place.run(plan);
    let world = Synced { field: stage.field.shared(), comes, left: AtomicUsize::new(times) };
    let ending = stage.execute(&place, &mut run, &world).await.unwrap();
    let fault = place.events().into_iter().find_map(|event| match event {
        Event::Failed { fault, .. } => Some(fault.message),
        _ => None,
    });
    assert_eq!(ending.whole, fault.is_none(), "{fault:?}");
    let is_idle = |step: u32| match &run.plan.steps[step as usize].action {
        Action::Task(task) => matches!(task, Task::AwaitSyncIdle { .. }),
        _ => false,
    };
    let idle = place.events().into_iter().find_map(|event| match event {
        Event::Done { step, fact: Fact::Found(Evidence::Seen(seen)) } if is_idle(step.0) => Some(seen),
        _ => None,
    });
    Told { fault, idle, world: stage.told() }
}

#[tokio::test]
async fn groups_that_the_sync_moves_meanwhile_are_translated_again() {
    for recipe in [Recipe::Planned, Recipe::Unplanned] {
        let undisturbed = failed_over(recipe, Comes::Meanwhile, 0, 2 * OLD).await;
        assert_eq!(undisturbed.fault, None);
        for times in [1, 4] {
            let told = failed_over(recipe, Comes::Meanwhile, times, 2 * OLD).await;
            assert_eq!(told, undisturbed, "{recipe:?}, {times}");
        }
        let fault = failed_over(recipe, Comes::Meanwhile, 5, 2 * OLD).await.fault.unwrap();
        assert!(
            fault.starts_with("group ") && fault.ends_with(" moved on shanghai meanwhile, 5 times"),
            "{fault}"
        );
    }
}

#[tokio::test]
async fn groups_that_the_sync_has_set_back_are_set_again_before_clients_come() {
    let undisturbed = failed_over(Recipe::Unplanned, Comes::Behind, 0, 2 * OLD).await;
    assert_eq!(undisturbed.idle.as_deref(), Some("its last checkpoint is 44 s old"));
    let told = failed_over(Recipe::Unplanned, Comes::Behind, 1, OLD - Duration::from_millis(200)).await;
    assert_eq!((told.fault, told.world), (None, undisturbed.world));
    let idle = told.idle.unwrap();
    assert!(idle.starts_with("it has looked at them: 0."), "{idle}");
}

#[tokio::test]
async fn a_planned_failover_has_seen_the_sync_stopped() {
    assert_eq!(failed_over(Recipe::Planned, Comes::Behind, 0, Duration::ZERO).await.idle, None);
}

/// The steps of a plan that do this, and what they come after.
fn steps(plan: &Plan, is: impl Fn(&Task) -> bool) -> Vec<(u32, Vec<u32>)> {
    let meant = plan.steps.iter().filter(|step| matches!(&step.action, Action::Task(task) if is(task)));
    meant.map(|step| (step.id.0, step.after.iter().map(|after| after.0).collect())).collect()
}

/// All that a step comes after, near or far.
fn behind(plan: &Plan, step: u32) -> Vec<u32> {
    let mut behind: Vec<u32> = plan.steps[step as usize].after.iter().map(|after| after.0).collect();
    for after in behind.clone() {
        behind.extend(self::behind(plan, after));
    }
    behind
}

#[tokio::test]
async fn the_roles_change_behind_the_sync_and_beside_its_end() {
    let plan = Stage::raised(Kind::None).await.plan(Recipe::Unplanned).await;
    let [(set, _)] = steps(&plan, |task| matches!(task, Task::CommitGroups { .. }))[..] else { panic!() };
    let idle = steps(&plan, |task| matches!(task, Task::AwaitSyncIdle { .. }));
    assert_eq!(idle.iter().map(|(_, after)| after.clone()).collect::<Vec<_>>(), [vec![set]]);
    let stopped = steps(&plan, |task| match task {
        Task::SetConnectorState { connector, state: ConnectorState::Stopped } => {
            connector.to_string().contains("checkpoint")
        }
        _ => false,
    });
    let [(stopped, ref after)] = stopped[..] else { panic!("{stopped:?}") };
    assert_eq!((after, plan.steps[stopped as usize].optional), (&vec![set], true));
    for (active, after) in steps(&plan, |task| matches!(task, Task::SetActive { .. })) {
        assert_eq!(after, [idle[0].0]);
        let waited_for = behind(&plan, active);
        assert!(!waited_for.contains(&stopped), "{waited_for:?}");
    }
    let deleted = plan.steps.iter().filter(|step| matches!(step.action, Action::Delete { .. }));
    let of_checkpoints =
        deleted.filter(|step| step.object.as_ref().unwrap().to_string().contains("checkpoint"));
    assert!(
        of_checkpoints.clone().count() == 1
            && of_checkpoints.into_iter().all(|step| step.after.contains(&StepId(stopped)))
    );
}
