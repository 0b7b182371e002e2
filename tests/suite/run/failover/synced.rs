//! MirrorMaker's own sync sets groups on the target while leeward does.

use super::declared::Kind;
use super::field::Field;
use super::stage::Stage;
use futures::future::BoxFuture;
use leeward::estate::{Change, Evidence, Group, Object, Outcome, Query, Reading, Task, What};
use leeward::plan::Recipe;
use leeward::provider::Provider;
use leeward::run::Event;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// A world in which the sync comes between the change of groups and the look at what came of it, so many times.
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
            match are_groups && self.left.fetch_update(Relaxed, Relaxed, sub).is_ok() {
                true => changes.iter().map(|change| Outcome::Moved(self.sync(change))).collect(),
                false => outcomes,
            }
        })
    }

    fn perform<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Outcome<Evidence>> {
        self.field.perform(task)
    }
}

/// What a failover says that failed, if the sync comes in between so often; the world as it is told then.
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
        let (_, undisturbed) = failed_over(recipe, 0).await;
        for times in [1, 4] {
            assert_eq!(failed_over(recipe, times).await, (None, undisturbed.clone()), "{recipe:?}, {times}");
        }
        let (fault, _) = failed_over(recipe, 5).await;
        let fault = fault.unwrap();
        assert!(
            fault.starts_with("group ") && fault.ends_with(" moved on shanghai meanwhile, 5 times"),
            "{fault}"
        );
    }
}
