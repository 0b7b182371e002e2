//! Why a side is taken for dead: what it was asked, and what it answered.

use super::bare;
use super::drill::declared;
use crate::estate::sample::address;
use leeward::estate::{Fault, FaultKind, ObjectId, Observed, Reading, Side, What};
use leeward::plan::{Recipe, Sign, Signs};
use leeward::runbook::Asker;
use leeward::state::State;
use std::time::Duration;

fn silent(message: &str) -> Reading {
    Reading::Unreachable(Fault::new(FaultKind::Unreachable, message))
}

/// What a cluster answered about itself and two topics.
fn read(cluster: &str, [facts, orders, other]: [Reading; 3]) -> [(ObjectId, Reading); 3] {
    let cluster = address(cluster);
    let topic = |name: &str| ObjectId::topic(&cluster, name);
    [(ObjectId::new(&cluster, What::Cluster), facts), (topic("orders"), orders), (topic("other"), other)]
}

fn signs(recipe: Recipe, readings: impl IntoIterator<Item = (ObjectId, Reading)>) -> Option<Signs> {
    let [now, then] = [Side::Primary, Side::Secondary].map(declared);
    let observed = Observed { readings: readings.into_iter().collect(), ..Observed::default() };
    let asker = Asker { host: "bastion".into(), took: Duration::from_millis(1_240) };
    bare([&now, &then], recipe, &State::new("lineage"), &asker, &observed).failover.unwrap().signs
}

fn sign(place: &str, asked: usize, answered: usize, fault: Option<&str>) -> Sign {
    Sign { place: address(place), asked, answered, fault: fault.map(str::to_owned) }
}

#[test]
fn of_a_side_that_is_taken_for_dead_it_is_told_what_it_answered() {
    let refused = "connection refused";
    let all = || [Reading::Absent, Reading::Absent, Reading::Absent];
    let cases = [
        ([silent(refused), silent("too late"), silent(refused)], (0, Some(refused))),
        ([Reading::Absent, Reading::Absent, silent("too late")], (2, Some("too late"))),
        (all(), (3, None)),
    ];
    for (readings, (answered, fault)) in cases {
        // What the standby answers says nothing of the other side.
        let read = read("cluster.hangzhou", readings).into_iter().chain(read("cluster.shanghai", all()));
        let signs = signs(Recipe::Unplanned, read).unwrap();
        assert_eq!((signs.from.as_str(), signs.millis), ("bastion", 1_240));
        assert_eq!(signs.places, [sign("cluster.hangzhou", 3, answered, fault)]);
        assert_eq!(signs.heartbeat_age, None);
    }
}

#[test]
fn connect_beside_the_dead_side_is_a_sign_too() {
    let connect = ObjectId::new(&address("connect.hangzhou"), What::Connect);
    let dead = read("cluster.hangzhou", [silent("refused"), silent("refused"), silent("refused")]);
    let alive = [(connect, Reading::Absent)];
    let told = signs(Recipe::Unplanned, dead.into_iter().chain(alive)).unwrap();
    let wanted = [sign("cluster.hangzhou", 3, 0, Some("refused")), sign("connect.hangzhou", 1, 1, None)];
    assert_eq!(told.places, wanted);
}

#[test]
fn nobody_is_taken_for_dead_by_a_planned_failover() {
    assert_eq!(signs(Recipe::Planned, Vec::new()), None);
    assert_eq!(signs(Recipe::Unplanned, Vec::new()).unwrap().places, Vec::new());
}
