//! What plans say of names: whether they can be switched, which steps see to it that clients follow, and through whom.

use super::bare;
use super::drill::declared;
use crate::estate::sample::{address, declare};
use leeward::estate::{
    Dns, DnsService, Estate, Fault, FaultKind, Object, ObjectId, Observed, Occasion, Query, Reading,
    RecordSet, RecordType, Resource, Rfc2136, Secret, Side, Task, Trial, TsigAlgorithm, What,
};
use leeward::observe::trials;
use leeward::plan::{Action, Guard, Plan, Recipe, Step, Verdict};
use leeward::runbook::Asker;
use leeward::state::State;
use std::time::Duration;

const RESOLVER: &str = "192.0.2.53:53";

/// The estate with a resolver, whose clusters are where the name leads.
fn estate(active: Side) -> Estate {
    let mut estate = declared(active);
    let service = DnsService::Rfc2136(Rfc2136 {
        server: "192.0.2.1:53".into(),
        key_name: "leeward.".into(),
        key_algorithm: TsigAlgorithm::HmacSha256,
        key_secret: Secret::new("c2VjcmV0"),
    });
    let (authorities, resolvers) = (vec!["192.0.2.1:53".into()], vec![RESOLVER.into()]);
    let (timeout, propagation) = (Duration::from_secs(5), Duration::from_secs(60));
    let dns = Dns { service, authorities, resolvers, timeout, propagation };
    declare(&mut estate, "dns.main", &[], Resource::Dns(dns));
    for declared in estate.resources.values_mut() {
        if let Resource::Cluster(cluster) = &mut declared.resource {
            cluster.endpoint = Some(format!("{}.example.test.", declared.address.name));
        }
    }
    estate
}

/// What the trials of the names that move find out, and the name as it is.
fn observed(now: &Estate, then: &Estate, trial: &Reading) -> Observed {
    let mut observed = Observed::default();
    for query in trials(now, then) {
        observed.readings.insert(query.id(), trial.clone());
    }
    let set = RecordSet::new(RecordType::Cname, 300, ["hangzhou.example.test.".into()]);
    observed.readings.insert(record(), Reading::Present(Object::RecordSet(set)));
    observed
}

fn record() -> ObjectId {
    let (zone, name) = ("example.test.".into(), "kafka.example.test.".into());
    Query::RecordSet { dns: address("dns.main"), zone, name, rtype: RecordType::Cname }.id()
}

fn taken() -> Reading {
    Reading::Present(Object::Trial(Trial { tried: "the server took it".into(), refusal: None }))
}

fn refused() -> Reading {
    let refusal = Some("the server knows the key by another secret".into());
    Reading::Present(Object::Trial(Trial { tried: "it was tried".into(), refusal }))
}

fn planned_with(recipe: Recipe, trial: &Reading, change: impl Fn(&mut Estate)) -> Plan {
    planned_of("lineage", recipe, trial, change)
}

fn planned_of(lineage: &str, recipe: Recipe, trial: &Reading, change: impl Fn(&mut Estate)) -> Plan {
    let [mut now, mut then] = [Side::Primary, Side::Secondary].map(estate);
    change(&mut now);
    change(&mut then);
    let observed = observed(&now, &then, trial);
    bare([&now, &then], recipe, &State::new(lineage), &Asker::default(), &observed)
}

fn planned(recipe: Recipe, trial: &Reading) -> Plan {
    planned_with(recipe, trial, |_| {})
}

fn guard(plan: &Plan) -> Option<Guard> {
    plan.guards().find(|guard| guard.name == "dns")
}

fn notes(plan: &Plan) -> String {
    plan.failover.as_ref().unwrap().notes.join("\n")
}

fn task(plan: &Plan, is: impl Fn(&Task) -> bool) -> Option<&Step> {
    plan.steps.iter().find(|step| matches!(&step.action, Action::Task(task) if is(task)))
}

fn by_name(plan: &Plan) -> Option<&Step> {
    task(plan, |task| matches!(task, Task::Canary { through: Some(_), .. }))
}

#[test]
fn estates_with_a_pair_of_one_name_have_canaries_of_their_own() {
    let canaries = |lineage: &str| {
        let plan = planned_of(lineage, Recipe::Planned, &taken(), |_| {});
        let topic = |step: &Step| match &step.action {
            Action::Task(Task::Canary { topic, .. }) => Some(topic.clone()),
            _ => None,
        };
        plan.steps.iter().filter_map(topic).collect::<Vec<_>>()
    };
    let [one, other] = ["0d2b1e5c-42", "7f00a9b1-42"].map(canaries);
    assert_eq!(one, ["leeward.canary.orders.0d2b1e5c.1", "leeward.canary.orders.0d2b1e5c.1.replica"]);
    assert_eq!(other, one.iter().map(|topic| topic.replace("0d2b1e5c", "7f00a9b1")).collect::<Vec<_>>());
}

#[test]
fn only_the_names_that_move_are_tried() {
    let (now, then) = (estate(Side::Primary), estate(Side::Secondary));
    let asked = trials(&now, &then);
    let [Query::Trial { name, rtype: RecordType::Cname, .. }] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!(name, "kafka.example.test.");
    assert_eq!(trials(&now, &now), Vec::new());
}

#[test]
fn a_key_that_is_refused_stops_a_planned_failover_before_anything_is_touched() {
    for recipe in [Recipe::Planned, Recipe::Drill] {
        let held = guard(&planned(recipe, &taken())).unwrap();
        assert_eq!((held.verdict, held.seen.as_str()), (Verdict::Holds, "the server took it"));
        let stopped = guard(&planned(recipe, &refused())).unwrap();
        assert!(stopped.verdict == Verdict::Fails && stopped.stops(), "{stopped:?}");
        assert_eq!(stopped.seen, "kafka.example.test. CNAME: the server knows the key by another secret");
        let silent = Reading::Unreachable(Fault::new(FaultKind::Timeout, "it does not answer"));
        let unknown = guard(&planned(recipe, &silent)).unwrap();
        assert!(
            unknown.verdict == Verdict::Unknown && unknown.seen.contains("it does not answer"),
            "{unknown:?}"
        );
    }
}

#[test]
fn without_a_name_there_is_nothing_to_try() {
    let nameless = |estate: &mut Estate| drop(estate.resources.remove(&address("dns_record.kafka")));
    let plan = planned_with(Recipe::Planned, &taken(), nameless);
    let held = guard(&plan).unwrap();
    assert_eq!((held.verdict, held.seen.as_str()), (Verdict::Holds, "no name moves with it"));
    assert!(by_name(&plan).is_none());
    assert!(!notes(&plan).contains("no canary"), "{}", notes(&plan));
}

#[test]
fn an_unplanned_failover_says_that_a_key_is_refused_and_is_not_stopped_by_it() {
    let plan = planned(Recipe::Unplanned, &refused());
    assert!(guard(&plan).is_none());
    let said = notes(&plan);
    assert!(
        said.contains("names can't be switched as it stands") && said.contains("another secret"),
        "{said}"
    );
    assert!(!notes(&planned(Recipe::Unplanned, &taken())).contains("can't be switched"));
    assert!(!notes(&planned(Recipe::Planned, &refused())).contains("can't be switched"), "the guard says it");
}

#[test]
fn resolvers_are_waited_for_behind_the_authorities_and_the_canary_behind_them() {
    for recipe in [Recipe::Planned, Recipe::Unplanned, Recipe::Drill] {
        let plan = planned(recipe, &taken());
        let shown = task(&plan, |task| matches!(task, Task::AwaitPropagation { .. })).unwrap();
        let wait = task(&plan, |task| matches!(task, Task::AwaitResolved { .. })).unwrap();
        let Action::Task(Task::AwaitResolved { resolvers, seconds, .. }) = &wait.action else { panic!() };
        assert_eq!(resolvers, &[RESOLVER]);
        // As long as the old answer may be kept, not the new one; nobody has an old answer to the name of a drill.
        assert_eq!(*seconds, if recipe == Recipe::Drill { 30 } else { 300 });
        assert!(wait.optional && wait.after.contains(&shown.id), "{recipe}: {wait:?}");
        let canary = by_name(&plan).unwrap();
        assert!(canary.after.contains(&wait.id), "{recipe}: {canary:?}");
        assert_eq!(canary.optional, recipe == Recipe::Unplanned, "{recipe}");
        let Action::Task(Task::Canary { cluster, topic, through: Some(entrance) }) = &canary.action else {
            panic!()
        };
        assert_eq!((cluster, &entrance.ports[..]), (&address("cluster.shanghai"), &[9092][..]));
        assert_eq!(entrance.resolvers, [RESOLVER]);
        // No mirror by pattern carries it on.
        let is_drill = recipe == Recipe::Drill;
        assert_eq!(topic.ends_with(".replica"), !is_drill, "{topic}");
    }
}

#[test]
fn applications_are_started_behind_the_canary_and_records_flow_back_beside_it() {
    let plan = planned(Recipe::Planned, &taken());
    let canary = by_name(&plan).unwrap();
    let start = task(&plan, |task| matches!(task, Task::Call { occasion: Occasion::Start, .. })).unwrap();
    assert!(start.after.contains(&canary.id), "{start:?}");
    let is_topic = |step: &&Step| matches!(&step.object, Some(ObjectId { what: What::Topic(_), .. }));
    for step in plan.steps.iter().filter(|step| step.wave > canary.wave).filter(is_topic) {
        assert!(!step.after.contains(&canary.id) && !step.after.contains(&start.id), "{step:?}");
    }
}

#[test]
fn a_name_that_leads_elsewhere_is_no_way_in_and_that_is_said() {
    let plan = planned_with(Recipe::Planned, &taken(), |estate| {
        for declared in estate.resources.values_mut() {
            if let Resource::Cluster(cluster) = &mut declared.resource {
                cluster.endpoint = None;
            }
        }
    });
    assert!(by_name(&plan).is_none());
    let said = notes(&plan);
    assert!(said.contains("no name leads to the endpoint or a broker of shanghai"), "{said}");
}
