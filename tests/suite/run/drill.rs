//! A drill in a world whose connectors carry records; and what is left of one that fails or dies at any of its calls, once it
//! was swept up: nothing.

use super::execute::{Place, options};
use super::shelf::Shelf;
use crate::estate::sample::address;
use crate::runbook::drill::{declared_twice as declared, planned_of};
use futures::future::BoxFuture;
use jiff::Timestamp;
use leeward::estate::{
    Change, ConnectorState, Evidence, Fault, FaultKind, ObjectId, Outcome, Query, Reading, Setting, Side,
    Task, What,
};
use leeward::plan::{Action, Plan, Recipe, StepId};
use leeward::provider::memory::World as Held;
use leeward::provider::{Faulty, Memory, Moment, Provider, Trouble};
use leeward::run::{Ending, Event, Fact, Silent, Stop, World, execute};
use leeward::runbook::sweep;
use leeward::state::{State, Store as _};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A world in which a source connector that runs has carried all of the topics that it is told to; and one of which does not
/// start, if its name is given.
struct Mirroring(Memory, Option<&'static str>);

impl Mirroring {
    fn carry(&self) {
        self.0.edit(|world| {
            let connect = world.connects.get_mut(&address("connect.shanghai")).unwrap();
            let running = connect.connectors.iter().filter(|(name, connector)| {
                name.ends_with("-source") && connector.state == ConnectorState::Running
            });
            let carried: Vec<(String, String)> = running
                .filter_map(|(name, connector)| match &connector.config["topics"] {
                    Setting::Plain(topics) => Some((name.clone(), topics.replace('\\', ""))),
                    _ => None,
                })
                .collect();
            for (name, topic) in carried {
                let Some(source) = world.clusters[&address("cluster.hangzhou")].topics.get(&topic).cloned()
                else {
                    continue;
                };
                let target = world.clusters.get_mut(&address("cluster.shanghai")).unwrap();
                let Some(target) = target.topics.get_mut(&topic) else { continue };
                target.records = source.records.clone();
                target.partitions = source.partitions.clone();
                let next = source.partitions.iter().map(|partition| partition.end).collect();
                let connect = world.connects.get_mut(&address("connect.shanghai")).unwrap();
                connect.offsets.entry(name).or_default().insert(topic, next);
            }
        });
    }
}

impl Provider for Mirroring {
    fn read<'a>(&'a self, queries: &'a [Query]) -> BoxFuture<'a, Vec<Reading>> {
        self.carry();
        self.0.read(queries)
    }

    fn change<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Vec<Outcome>> {
        self.0.change(changes)
    }

    fn perform<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Outcome<Evidence>> {
        let is_deaf = |name: &str| self.1 == Some(name);
        match task {
            Task::SetConnectorState { connector: ObjectId { what: What::Connector(name), .. }, .. }
                if is_deaf(name) =>
            {
                let fault = Fault::new(FaultKind::Invalid, "it does not start");
                return Box::pin(std::future::ready(Outcome::Failed(fault)));
            }
            _ => {}
        }
        let done = self.0.perform(task);
        Box::pin(async move {
            let done = done.await;
            self.carry();
            done
        })
    }
}

fn world() -> Memory {
    Memory::of(&declared(Side::Primary))
}

fn drill() -> Plan {
    let estates = [declared(Side::Primary), declared(Side::Secondary)];
    planned_of(estates, Recipe::Drill, &State::new("lineage"), Timestamp::UNIX_EPOCH)
}

fn swept(state: &State) -> Plan {
    let (now, then) = (declared(Side::Primary), declared(Side::Secondary));
    sweep(&now, &then, state, &address("pair.orders"), &[]).unwrap()
}

async fn run(place: &Place, plan: Plan, objects: &dyn Provider, records: &Memory) -> (Ending, Vec<Event>) {
    let (stop, state) = (Stop::default(), place.state().await);
    let mut run = place.run(plan);
    let world = World { objects, records };
    let ending = execute(&mut run, state, world, &place.store, &options(&stop, &Silent)).await.unwrap();
    (ending, place.events())
}

/// All that a world holds, by name.
fn names(world: &Held) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, cluster) in &world.clusters {
        names.extend(cluster.topics.keys().map(|topic| format!("{at} topic {topic}")));
        names.extend(cluster.groups.keys().map(|group| format!("{at} group {group}")));
    }
    for (at, connect) in &world.connects {
        names.extend(connect.connectors.keys().map(|name| format!("{at} connector {name}")));
        names.extend(connect.offsets.keys().map(|name| format!("{at} offsets {name}")));
    }
    for (at, dns) in &world.dns {
        let records = dns.zones.values().flat_map(|zone| zone.records.keys());
        names.extend(records.map(|(name, rtype)| format!("{at} {name} {rtype}")));
    }
    names
}

#[tokio::test]
async fn a_drill_proves_the_way_and_leaves_nothing() {
    let memory = world();
    let place = Place::new();
    let (ending, events) = run(&place, drill(), &Mirroring(memory.shared(), None), &memory).await;
    assert!(ending.whole, "{events:#?}");
    assert_eq!(names(&memory.world()), BTreeSet::new());
    let seen: Vec<&str> = (events.iter())
        .filter_map(|event| match event {
            Event::Done { fact: Fact::Found(Evidence::Seen(text)), .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let copied = "300 records, the same keys, values and headers in the same order";
    assert!(seen.contains(&"300 records") && seen.contains(&copied), "{seen:#?}");
    assert!(seen.iter().any(|text| text.starts_with("150 records, 0 left out, 0 read again")), "{seen:#?}");
    // Neither what it made nor where its mirroring began is kept.
    assert!(ending.state.resources.is_empty() && ending.state.starts.is_empty(), "{:#?}", ending.state);
    assert_eq!(memory.world().called.len(), 1);
}

#[tokio::test]
async fn a_replication_that_carries_nothing_keeps_no_other_from_being_proven() {
    let memory = world();
    let place = Place::new();
    let deaf = "leeward-drill-audit-hangzhou-shanghai-source";
    let (ending, events) = run(&place, drill(), &Mirroring(memory.shared(), Some(deaf)), &memory).await;
    assert!(!ending.whole);
    let plan = drill();
    let of = |id: StepId| &plan.steps[id.0 as usize];
    let proven: Vec<String> = (events.iter())
        .filter_map(|event| match event {
            Event::Done { step, .. } => Some(of(*step)),
            _ => None,
        })
        .filter(|step| matches!(step.action, Action::Task(Task::ReadOn { .. })))
        .map(|step| step.address.to_string())
        .collect();
    assert_eq!(proven, ["replication.leeward-drill-orders"]);
    let failed: Vec<String> = (events.iter())
        .filter_map(|event| match event {
            Event::Failed { step, fault } => Some(format!("{}: {}", of(*step).address, fault.message)),
            _ => None,
        })
        .collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(
        failed[0].starts_with("replication.leeward-drill-audit: ")
            && failed[0].ends_with("it does not start"),
        "{failed:?}"
    );
    nothing_is_left(&memory, &place, "one of two failed").await;
}

#[tokio::test]
async fn whatever_call_fails_nothing_is_left_once_it_is_swept_up() {
    let calls = calls().await;
    for n in 1..=calls {
        for trouble in [Trouble::Fail, Trouble::LoseAnswer] {
            let memory = world();
            let faulty = Faulty::new(Arc::new(Mirroring(memory.shared(), None))).at(n, trouble);
            let place = Place::new();
            let (_, events) = run(&place, drill(), &faulty, &memory).await;
            nothing_is_left(&memory, &place, &format!("{trouble:?} at {n}: {events:#?}")).await;
        }
    }
}

#[tokio::test]
async fn whatever_call_it_dies_at_nothing_is_left_once_it_is_swept_up() {
    let calls = calls().await;
    for n in 1..=calls {
        for moment in [Moment::Before, Moment::Midway, Moment::After] {
            let memory = world();
            let faulty = Faulty::new(Arc::new(Mirroring(memory.shared(), None))).at(n, Trouble::Die(moment));
            let place = Place::new();
            tokio::select! {
                _ = run(&place, drill(), &faulty, &memory) => panic!("it did not die at {n}"),
                () = faulty.died() => {}
            }
            nothing_is_left(&memory, &place, &format!("{moment:?} {n}")).await;
        }
    }
}

/// How many calls a drill without trouble takes.
async fn calls() -> usize {
    let memory = world();
    let faulty = Faulty::new(Arc::new(Mirroring(memory.shared(), None)));
    assert!(run(&Place::new(), drill(), &faulty, &memory).await.0.whole);
    faulty.calls()
}

/// The state as another process finds it.
async fn taken_over(place: &Place) -> Place {
    Place { store: Shelf::holding(place.store.load().await.unwrap()), ..Place::new() }
}

async fn nothing_is_left(memory: &Memory, place: &Place, when: &str) {
    let again = taken_over(place).await;
    let plan = swept(&again.state().await);
    let (ending, events) = run(&again, plan, &Mirroring(memory.shared(), None), memory).await;
    assert!(ending.whole, "{when}: {events:#?}");
    assert_eq!(names(&memory.world()), BTreeSet::new(), "{when}");
    assert!(ending.state.resources.is_empty() && ending.state.starts.is_empty(), "{when}");
}

#[tokio::test]
async fn a_side_that_is_silent_keeps_nothing_else_from_being_removed() {
    let memory = world();
    let faulty = Faulty::new(Arc::new(Mirroring(memory.shared(), None))).at(30, Trouble::Die(Moment::After));
    let place = Place::new();
    tokio::select! {
        _ = run(&place, drill(), &faulty, &memory) => panic!("it did not die"),
        () = faulty.died() => {}
    }
    let of_hangzhou = |names: BTreeSet<String>| {
        names.into_iter().filter(|name| name.starts_with("cluster.hangzhou")).collect::<Vec<_>>()
    };
    assert!(!of_hangzhou(names(&memory.world())).is_empty());
    let silent = Fault::new(FaultKind::Unreachable, "connection refused");
    memory.cut(&address("connect.shanghai"), silent);
    let again = taken_over(&place).await;
    let (ending, events) = run(&again, swept(&again.state().await), &memory, &memory).await;
    assert!(!ending.whole);
    let text = format!("{events:#?}");
    assert!(text.contains("what the drill left could not all be removed: connection refused"), "{text}");
    assert_eq!(of_hangzhou(names(&memory.world())), Vec::<String>::new());
}
