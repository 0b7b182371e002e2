//! MirrorMaker's own sync sets groups on the target while leeward does.

use super::declared::Kind;
use super::field::Field;
use super::stage::Stage;
use futures::future::BoxFuture;
use leeward::estate::{Change, ConnectorState, Evidence, Group, Object, Outcome, Query, Reading, Task, What};
use leeward::plan::{Action, Plan, Recipe, StepId};
use leeward::provider::Provider;
use leeward::run::Event;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// A world in which the sync comes, so many times, between the change of groups and the look at what came of it.
struct Synced {
    field: Field,
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
            changes.iter().map(|change| Outcome::Moved(self.sync(change))).collect()
        })
    }

    fn perform<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Outcome<Evidence>> {
        self.field.perform(task)
    }
}

/// What failed in a failover into whose way the sync comes so often, and the world as it is then.
async fn failed_over(recipe: Recipe, times: usize) -> (Option<String>, String) {
    let mut stage = Stage::raised(Kind::None).await;
    let (plan, place) = (stage.plan(recipe).await, stage.place());
    let mut run = place.run(plan);
    let world = Synced { field: stage.field.shared(), left: AtomicUsize::new(times) };
    let ending = stage.execute(&place, &mut run, &world).await.unwrap();
    let fault = place.events().into_iter().find_map(|event| match event {
        Event::Failed { fault, .. } => Some(fault.message),
        _ => None,
    });
    assert_eq!(ending.whole, fault.is_none(), "{fault:?}");
    (fault, stage.told())
}

#[tokio::test]
async fn groups_that_the_sync_moves_meanwhile_are_translated_again() {
    for recipe in [Recipe::Planned, Recipe::Unplanned] {
        let undisturbed = failed_over(recipe, 0).await;
        assert_eq!(undisturbed.0, None);
        for times in [1, 4] {
            assert_eq!(failed_over(recipe, times).await, undisturbed, "{recipe:?}, {times}");
        }
        let fault = failed_over(recipe, 5).await.0.unwrap();
        assert!(
            fault.starts_with("group ") && fault.ends_with(" moved on shanghai meanwhile, 5 times"),
            "{fault}"
        );
    }
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
async fn the_sync_is_told_to_stop_once_groups_are_set_and_the_roles_do_not_wait_for_it() {
    let plan = Stage::raised(Kind::None).await.plan(Recipe::Unplanned).await;
    let [(set, _)] = steps(&plan, |task| matches!(task, Task::CommitGroups { .. }))[..] else { panic!() };
    let stopped = steps(&plan, |task| match task {
        Task::SetConnectorState { connector, state: ConnectorState::Stopped } => {
            connector.to_string().contains("checkpoint")
        }
        _ => false,
    });
    let [(stopped, ref after)] = stopped[..] else { panic!("{stopped:?}") };
    assert_eq!((after, plan.steps[stopped as usize].optional), (&vec![set], true));
    for (active, after) in steps(&plan, |task| matches!(task, Task::SetActive { .. })) {
        assert_eq!(after, [set]);
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

/// Nobody can see it stopped, so that what a group reads again is no more than a good guess.
#[tokio::test]
async fn a_sync_that_can_not_be_seen_stopped_is_told_of() {
    for (recipe, sets_groups, told) in
        [(Recipe::Unplanned, true, 1), (Recipe::Unplanned, false, 0), (Recipe::Planned, true, 0)]
    {
        let mut stage = Stage::raised(Kind::None).await;
        stage.sync_groups(sets_groups);
        let notes = stage.plan(recipe).await.failover.unwrap().notes;
        let of_sync = notes.iter().filter(|note| note.contains("(sync_group_offsets)"));
        assert_eq!(of_sync.count(), told, "{recipe:?}, {sets_groups}: {notes:?}");
    }
}
