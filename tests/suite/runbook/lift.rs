//! A fence of the user's: put up on the side that is left, taken down on the side that becomes active.

use super::bare;
use super::drill::declared;
use crate::estate::sample::{address, declare};
use leeward::estate::{Call, Estate, Fence, FenceMethod, Hook, Observed, Occasion, Resource, Side, Task};
use leeward::plan::{Action, Plan, Recipe, Step, Undo};
use leeward::runbook::Asker;
use leeward::state::{PairState, State};
use std::collections::BTreeMap;
use std::time::Duration;

fn hook(word: &str) -> Hook {
    let call = Call::Exec { command: vec![word.into()], environment: BTreeMap::new() };
    Hook { call, timeout: Duration::from_secs(7) }
}

fn fenced(active: Side, lift: Option<Hook>) -> Estate {
    let mut estate = declared(active);
    let fence = Fence { pair: address("pair.orders"), method: FenceMethod::Hook(hook("close")), lift };
    declare(&mut estate, "fence.main", &["pair.orders"], Resource::Fence(fence));
    let policy = estate.resources.get_mut(&address("failover_policy.orders")).unwrap();
    let Resource::FailoverPolicy(policy) = &mut policy.resource else { panic!("not a policy") };
    policy.fence = Some(address("fence.main"));
    estate
}

/// The plan of a failover to the secondary, of a pair that has had so many.
fn planned(recipe: Recipe, lift: Option<Hook>, epoch: u64) -> Plan {
    let (now, then) = (fenced(Side::Primary, lift.clone()), fenced(Side::Secondary, lift));
    let mut state = State::new("lineage");
    state.pairs.insert(address("pair.orders"), PairState { epoch, ..PairState::default() });
    bare([&now, &then], recipe, &state, &Asker::default(), &Observed::default())
}

/// The call on an occasion, and where it is made.
fn call(plan: &Plan, wanted: Occasion) -> Option<(&Step, String)> {
    plan.steps.iter().find_map(|step| match &step.action {
        Action::Task(Task::Call { occasion, cluster, .. }) if *occasion == wanted => {
            Some((step, cluster.as_ref()?.to_string()))
        }
        _ => None,
    })
}

#[test]
fn the_old_side_is_fenced_and_the_new_one_let_free_behind_the_change_of_roles() {
    for recipe in [Recipe::Planned, Recipe::Unplanned] {
        let plan = planned(recipe, Some(hook("open")), 0);
        let (up, on) = call(&plan, Occasion::Fence).unwrap();
        assert_eq!(on, "cluster.hangzhou", "{recipe:?}");
        let (down, on) = call(&plan, Occasion::Lift).unwrap();
        assert_eq!(on, "cluster.shanghai", "{recipe:?}");
        let line = plan.failover.as_ref().unwrap().no_return.unwrap();
        assert!(up.id < line && line < down.id, "{recipe:?}");
        assert!(!down.optional, "clients can't write there before it is done");
    }
}

#[test]
fn a_failover_that_is_taken_back_takes_the_fence_down_where_it_was_put_up() {
    let plan = planned(Recipe::Planned, Some(hook("open")), 0);
    let Undo::Inverse(back) = &call(&plan, Occasion::Fence).unwrap().0.undo else { panic!("no opposite") };
    let Action::Task(Task::Call { occasion, cluster, seconds, .. }) = &**back else { panic!("{back:?}") };
    assert_eq!((*occasion, *seconds), (Occasion::Lift, 7));
    assert_eq!(*cluster, Some(address("cluster.hangzhou")));
}

#[test]
fn without_a_lift_it_stays_and_that_is_said_where_it_may_matter() {
    for (epoch, said) in [(0, false), (1, true)] {
        let plan = planned(Recipe::Planned, None, epoch);
        assert!(call(&plan, Occasion::Lift).is_none());
        let by_hand = &call(&plan, Occasion::Fence).unwrap().0.undo;
        assert!(matches!(by_hand, Undo::ByHand(why) if why.contains("`lift`")), "{by_hand:?}");
        let notes = plan.failover.unwrap().notes.join("\n");
        let note =
            "fence.main has no `lift`: if its hook has fenced shanghai, let clients write there by hand";
        assert_eq!(notes.contains(note), said, "{notes}");
    }
}
