//! The plan of a drill: what it makes, in which order, and that it touches nothing else.

use super::bare;
use crate::estate::sample::{address, declare, estate, replication};
use insta::assert_snapshot;
use jiff::{SignedDuration, Timestamp};
use leeward::estate::{
    Address, Application, Call, ConnectorState, DnsRecord, Estate, FailoverPolicy, Hook, Moves, Naming,
    Object, ObjectId, Observed, RecordType, Resource, Setting, Side, Task, What,
};
use leeward::plan::{Action, Plan, Recipe, Step, StepId, Verdict};
use leeward::run::{Entry, Event, Fact, spans};
use leeward::runbook::{Asker, foretold, rehearsed, results, sweep};
use leeward::state::{LastDrill, Rehearsed, State};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The small estate with a flow, a name, an application and a policy.
pub fn declared(active: Side) -> Estate {
    let mut estate = estate(active);
    let mut flow = replication(&["orders"], Naming::Identity);
    flow.mirror_maker.replication_factor = 1;
    declare(&mut estate, "replication.orders", &["pair.orders"], Resource::Replication(flow));
    let record = DnsRecord {
        dns: address("dns.main"),
        zone: "example.test.".into(),
        name: "kafka.example.test.".into(),
        rtype: RecordType::Cname,
        ttl: 30,
        values: BTreeSet::from([match active {
            Side::Primary => "hangzhou.example.test.".into(),
            Side::Secondary => "shanghai.example.test.".into(),
        }]),
    };
    declare(&mut estate, "dns_record.kafka", &["pair.orders"], Resource::DnsRecord(record));
    let hook = |word: &str| {
        let call = Call::Exec { command: vec![word.into()], environment: BTreeMap::new() };
        Some(Hook { call, timeout: Duration::from_secs(60) })
    };
    let application = Application {
        groups: vec!["billing".into()],
        stop: hook("stop"),
        start: hook("start"),
        drill: hook("drill"),
    };
    declare(&mut estate, "application.billing", &[], Resource::Application(application));
    let policy = FailoverPolicy {
        moves: Moves::Pair(address("pair.orders")),
        applications: vec![address("application.billing")],
        fence: None,
        rpo: None,
        rto: None,
        guards: BTreeMap::from([(
            "drill_age".to_owned(),
            BTreeMap::from([("max".to_owned(), "30d".to_owned())]),
        )]),
        approvals: BTreeMap::new(),
    };
    declare(&mut estate, "failover_policy.orders", &["pair.orders"], Resource::FailoverPolicy(policy));
    estate
}

/// The same with a second flow of the pair.
pub fn declared_twice(active: Side) -> Estate {
    let mut estate = declared(active);
    let mut flow = replication(&["audit"], Naming::Identity);
    flow.mirror_maker.replication_factor = 1;
    declare(&mut estate, "replication.audit", &["pair.orders"], Resource::Replication(flow));
    estate
}

/// The plan of a failover or a drill in which nothing answered.
pub fn planned(recipe: Recipe, state: &State, at: Timestamp) -> Plan {
    planned_of([declared(Side::Primary), declared(Side::Secondary)], recipe, state, at)
}

/// The same of an estate as it is now and as it is then.
pub fn planned_of([now, then]: [Estate; 2], recipe: Recipe, state: &State, at: Timestamp) -> Plan {
    let observed = Observed { at, ..Observed::default() };
    bare([&now, &then], recipe, state, &Asker::default(), &observed)
}

fn drill() -> Plan {
    planned(Recipe::Drill, &State::new("lineage"), Timestamp::UNIX_EPOCH)
}

fn told(plan: &Plan) -> String {
    let waves = &plan.failover.as_ref().unwrap().waves;
    let mut text = String::new();
    for (at, title) in (1..).zip(waves) {
        text += &format!("{title}\n");
        for step in plan.steps.iter().filter(|step| step.wave == at) {
            let after: Vec<String> = step.after.iter().map(ToString::to_string).collect();
            let what = match &step.action {
                Action::Task(task) => task.to_string(),
                Action::Create(_) => format!("create {}", step.object.as_ref().unwrap()),
                other => panic!("{other:?}"),
            };
            text += &format!("  {} {what}  <- {}\n", step.id, after.join(" "));
        }
    }
    text
}

#[test]
fn a_drill_goes_the_way_of_a_failover_with_names_of_its_own() {
    assert_snapshot!(told(&drill()));
}

#[test]
fn nothing_that_clients_use_is_named_in_it() {
    let own =
        |id: &ObjectId| id.what.to_string().contains("leeward") && id.what.to_string().contains("drill");
    for step in drill().steps {
        if let Some(object) = &step.object {
            assert!(own(object), "{object}");
        }
        match &step.action {
            Action::Task(Task::Sweep { objects, .. }) => assert!(objects.iter().all(own), "{objects:#?}"),
            Action::Task(Task::CommitGroups { route, .. } | Task::ReadOn { route }) => {
                assert_eq!(route.groups, BTreeSet::from(["leeward-drill-orders".to_owned()]));
            }
            Action::Task(Task::SetConnectorState { connector, .. }) => assert!(own(connector), "{connector}"),
            _ => {}
        }
    }
}

#[test]
fn its_mirror_is_the_pairs_with_other_names() {
    let plan = drill();
    let settings = |part: &str| {
        let step = plan.steps.iter().find(|step| match &step.object {
            Some(ObjectId { what: What::Connector(name), .. }) => name.ends_with(part),
            _ => false,
        });
        match &step.unwrap().action {
            Action::Create(Object::Connector(connector)) => connector.config.clone(),
            other => panic!("{other:?}"),
        }
    };
    let source = settings("-source");
    let pairs = leeward::estate::desired(&declared(Side::Primary)).into_iter().find_map(|wanted| {
        match (&wanted.id.what, wanted.object) {
            (What::Connector(name), Object::Connector(connector))
                if name == "orders-hangzhou-shanghai-source" =>
            {
                Some(connector.config)
            }
            _ => None,
        }
    });
    let pairs = pairs.unwrap();
    let keys: BTreeSet<&String> = source.keys().chain(pairs.keys()).collect();
    let differs: Vec<&str> =
        keys.into_iter().filter(|key| source.get(*key) != pairs.get(*key)).map(String::as_str).collect();
    assert_eq!(
        differs,
        [
            // Of no effect for topics that are named: their settings are not synchronized.
            "config.properties.exclude",
            "replication.policy.separator",
            "topics",
            "topics.exclude"
        ]
    );
    assert_eq!(source["topics"], Setting::Plain("leeward\\.drill\\.orders\\.replica".into()));
    assert_eq!(settings("-checkpoint")["groups"], Setting::Plain("leeward-drill-orders".into()));
}

#[test]
fn a_sweep_finds_what_drills_of_both_directions_left() {
    let (now, then) = (declared(Side::Primary), declared(Side::Secondary));
    let objects = |now, then| {
        let plan = sweep(now, then, &State::new("lineage"), &address("pair.orders"), &[]).unwrap();
        assert!(plan.is_drill());
        swept(&plan)
    };
    let (here, there): (String, String) = (objects(&now, &then), objects(&then, &now));
    assert_eq!(here, there);
    assert_snapshot!(here);
}

/// What a plan removes, and for whom.
fn swept(plan: &Plan) -> String {
    let objects = plan.steps.iter().map(|step| match &step.action {
        Action::Task(Task::Sweep { objects, .. }) => {
            let objects: String = objects.iter().map(|id| format!("  {id}\n")).collect();
            format!("{}\n{objects}", step.address)
        }
        other => panic!("{other:?}"),
    });
    objects.collect()
}

#[test]
fn a_sweep_finds_what_a_drill_made_of_a_replication_that_is_declared_no_more() {
    let (now, then) = (declared(Side::Primary), declared(Side::Secondary));
    let of_both = [declared_twice(Side::Primary), declared_twice(Side::Secondary)];
    let (state, pair) = (State::new("lineage"), address("pair.orders"));
    let killed = planned_of(of_both.clone(), Recipe::Drill, &state, Timestamp::UNIX_EPOCH);
    let alone = sweep(&now, &then, &state, &pair, &[]).unwrap();
    let after = sweep(&now, &then, &state, &pair, std::slice::from_ref(&killed)).unwrap();
    assert!(!swept(&alone).contains("audit"));
    let all = sweep(&of_both[0], &of_both[1], &state, &pair, &[]).unwrap();
    assert_eq!(swept(&after), swept(&all));
    // A cluster that is declared no more can't be asked.
    let mut gone = now.clone();
    gone.resources.remove(&address("connect.shanghai"));
    let left = sweep(&gone, &then, &state, &pair, &[killed]).unwrap();
    assert!(!swept(&left).contains("leeward-drill-audit-hangzhou-shanghai-source"), "{}", swept(&left));
}

#[test]
fn a_pair_without_a_replication_has_nothing_to_rehearse() {
    let mut now = declared(Side::Primary);
    now.resources.remove(&address("replication.orders"));
    assert!(sweep(&now, &now, &State::new("lineage"), &address("pair.orders"), &[]).is_none());
}

fn drill_of_both() -> Plan {
    let estates = [declared_twice(Side::Primary), declared_twice(Side::Secondary)];
    planned_of(estates, Recipe::Drill, &State::new("lineage"), Timestamp::UNIX_EPOCH)
}

#[test]
fn each_replication_is_rehearsed_and_waits_for_no_other() {
    let plan = drill_of_both();
    let own = rehearsed(&declared_twice(Side::Primary), &address("pair.orders"));
    let name = |name: &str| {
        (address(&format!("replication.{name}")), address(&format!("replication.leeward-drill-{name}")))
    };
    assert_eq!(own, BTreeMap::from([name("audit"), name("orders")]));
    let is_sweep = |step: &Step| matches!(step.action, Action::Task(Task::Sweep { .. }));
    let of = |own: &Address| {
        plan.steps.iter().filter(|step| step.address == *own && !is_sweep(step)).collect::<Vec<_>>()
    };
    for own in own.values() {
        let steps = of(own);
        assert_eq!(steps.len(), 20, "{steps:#?}");
        let before = steps.iter().flat_map(|step| &step.after).map(|id| &plan.steps[id.0 as usize]);
        let foreign: Vec<&Step> = before.filter(|step| step.address != *own && !is_sweep(step)).collect();
        assert!(foreign.is_empty(), "{foreign:#?}");
    }
    // Names lead to the other side only behind both.
    let canary =
        plan.steps.iter().find(|step| matches!(step.action, Action::Task(Task::Canary { .. }))).unwrap();
    let before: BTreeSet<&Address> =
        canary.after.iter().map(|id| &plan.steps[id.0 as usize].address).collect();
    assert_eq!(before, own.values().collect());
    assert!(
        canary
            .after
            .iter()
            .all(|id| matches!(plan.steps[id.0 as usize].action, Action::Task(Task::ReadOn { .. })))
    );
}

#[test]
fn each_replication_has_a_result_of_its_own() {
    let plan = drill_of_both();
    let own = rehearsed(&declared_twice(Side::Primary), &address("pair.orders"));
    let second = |second| Timestamp::from_second(second).unwrap();
    let audit = &own[&address("replication.audit")];
    let last = plan
        .steps
        .iter()
        .rfind(|step| matches!(step.action, Action::Task(Task::ReadOn { .. })) && step.address == *audit);
    let failed = last.unwrap().id;
    let spans: BTreeMap<StepId, (Timestamp, Timestamp)> = (0..)
        .zip(&plan.steps)
        .filter(|(_, step)| step.id != failed)
        .map(|(at, step)| (step.id, (second(2 * at), second(2 * at + 2))))
        .collect();
    let told = |faults: &[(StepId, &str)]| {
        let faults = faults.iter().map(|(id, why)| (*id, (*why).to_owned())).collect();
        let results = results(&plan, &own, &spans, &faults);
        results.into_iter().map(|(at, it)| format!("{at} {} {:?}", it.passed, it.reasons)).collect::<Vec<_>>()
    };
    assert_eq!(
        told(&[(failed, "3 left out")]),
        [r#"replication.audit false ["3 left out"]"#, "replication.orders true []"]
    );
    assert_eq!(
        told(&[]),
        [r#"replication.audit false ["it was not rehearsed to its end"]"#, "replication.orders true []"]
    );
}

#[test]
fn replications_side_by_side_take_as_long_as_the_slowest() {
    let plan = drill_of_both();
    let second = |second| Timestamp::from_second(second).unwrap();
    let slow = address("replication.leeward-drill-orders");
    let spans = plan.steps.iter().map(|step| {
        let took = if step.address == slow { 5 } else { 2 };
        (step.id, (second(100), second(100 + took)))
    });
    let spans: BTreeMap<StepId, (Timestamp, Timestamp)> = spans.collect();
    // Drain, stop and set with the slow one; a record and a name are the pair's.
    assert_eq!(foretold(&plan, &spans), Some(Duration::from_secs(3 * 5 + 2 * 2)));
}

#[test]
fn a_drill_looks_at_the_guards_of_a_planned_failover() {
    let names = |plan: &Plan| -> Vec<String> {
        plan.failover.as_ref().unwrap().guards.iter().map(|guard| guard.name.clone()).collect()
    };
    let failover = planned(Recipe::Planned, &State::new("lineage"), Timestamp::UNIX_EPOCH);
    let mut wanted = names(&failover);
    assert_eq!(wanted.pop().unwrap(), "drill_age");
    assert_eq!(names(&drill()), wanted);
}

#[test]
fn the_age_of_the_last_drill_is_a_guard() {
    let at = Timestamp::from_second(100 * 24 * 3600).unwrap();
    let rehearsed_well = || Rehearsed { passed: true, took: 30, reasons: Vec::new() };
    let verdict = |last: Option<(i64, bool)>, known: &[&str]| {
        let mut state = State::new("lineage");
        let last = last.map(|(days, passed)| LastDrill {
            at: at - SignedDuration::from_hours(24 * days),
            took: 30,
            passed,
            run: "7f3a".into(),
            failover: None,
            reasons: Vec::new(),
            replications: known.iter().map(|name| (address(name), rehearsed_well())).collect(),
        });
        state.pairs.entry(address("pair.orders")).or_default().last_drill = last;
        let plan = planned(Recipe::Planned, &state, at);
        let guards = plan.failover.unwrap().guards;
        let guard = guards.into_iter().find(|guard| guard.name == "drill_age").unwrap();
        (guard.verdict, guard.seen)
    };
    let cases = [
        (None, Verdict::Fails, "there was no drill: leeward drill run orders"),
        (Some((3, true)), Verdict::Holds, "the last drill passed 3 days ago, limit 30d"),
        (Some((30, true)), Verdict::Holds, "the last drill passed 30 days ago, limit 30d"),
        (
            Some((31, true)),
            Verdict::Fails,
            "the last drill was 31 days ago, limit 30d: leeward drill run orders",
        ),
        (
            Some((1, false)),
            Verdict::Fails,
            "the last drill, 1 days ago, did not pass: leeward drill run orders",
        ),
    ];
    for (last, wanted, text) in cases {
        assert_eq!(verdict(last, &["replication.orders"]), (wanted, text.to_owned()));
    }
    let text = "the last drill, 3 days ago, did not rehearse replication.orders: leeward drill run orders";
    assert_eq!(verdict(Some((3, true)), &["replication.audit"]), (Verdict::Fails, text.to_owned()));
}

#[test]
fn a_failover_takes_as_long_as_its_waves_took_in_the_drill() {
    let plan = drill();
    let second = |second| Timestamp::from_second(second).unwrap();
    let mut entries = Vec::new();
    let mut at = 0;
    for step in &plan.steps {
        entries.push(Entry { at: second(at), events: vec![Event::Started { step: step.id, attempt: 1 }] });
        at += 2;
        let done = Event::Done { step: step.id, fact: Fact::Nothing };
        entries.push(Entry { at: second(at), events: vec![done] });
    }
    let spans = spans(&entries);
    assert_eq!(spans[&StepId(1)], (second(2), second(4)));
    let counted = plan.steps.iter().filter(|step| match &step.action {
        Action::Task(Task::SetConnectorState { state, .. }) => *state == ConnectorState::Stopped,
        Action::Task(Task::AwaitDrained { .. } | Task::CommitGroups { .. }) => true,
        Action::Task(Task::Canary { .. } | Task::AwaitPropagation { .. }) => true,
        _ => matches!(&step.object, Some(ObjectId { what: What::RecordSet { .. }, .. })),
    });
    let counted = counted.count() as u64;
    assert_eq!(counted, 7);
    assert_eq!(foretold(&plan, &spans), Some(Duration::from_secs(2 * counted)));
    assert_eq!(foretold(&plan, &BTreeMap::new()), None);
}
