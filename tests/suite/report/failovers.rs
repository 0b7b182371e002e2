//! Plans of failovers to be shown: one of each recipe, with a step of every sort that they have.

use crate::run::sample::{
    address, cluster, connector, connector_on, grants, grants_on, plan, record, record_id, step, task, topic,
    topic_on, update,
};
use leeward::estate::{
    Address, ConnectorState, Continuation, GroupSet, Naming, Object, Occasion, RecordSet, Route, Side, Task,
};
use leeward::plan::{
    Action, ActiveSide, Failover, Guard, InWaves, Loss, Plan, PlanKind, Recipe, Sign, Signs, Step, StepId,
    Undo, Verdict, undo_of,
};

pub fn group(name: &str, repeated: i64) -> GroupSet {
    let exact = if repeated == 0 { 36 } else { 34 };
    GroupSet {
        group: name.into(),
        partitions: 36,
        exact,
        repeated_at_least: 0,
        repeated_at_most: repeated,
        checkpoint_age_seconds: None,
        from_first: 0,
        unknown: 0,
        left: None,
    }
}

/// A group of which nobody knows where it stood.
fn nowhere(name: &str) -> GroupSet {
    GroupSet { partitions: 0, exact: 0, ..group(name, 0) }
}

/// A group of which only its last checkpoint tells where it stood.
fn by_checkpoint(name: &str, repeated: i64, age: i64) -> GroupSet {
    let known = group(name, repeated);
    GroupSet { exact: 0, checkpoint_age_seconds: Some(age), ..known }
}

/// A group that has a checkpoint in some partitions alone, begins anew in two others, and stands somewhere in the last.
fn partly(name: &str, age: i64) -> GroupSet {
    GroupSet { partitions: 35, from_first: 2, unknown: 1, ..by_checkpoint(name, 0, age) }
}

pub fn guard(name: &str, verdict: Verdict, seen: &str, overridden: Option<&str>) -> Guard {
    Guard { name: name.into(), verdict, seen: seen.into(), overridden: overridden.map(str::to_owned) }
}

pub fn route(connector: &str) -> Route {
    Route {
        replication: address("replication.orders"),
        pair: address("pair.orders"),
        source: cluster("hangzhou"),
        target: cluster("shanghai"),
        connector: Some(connector_on("shanghai", connector)),
        naming: Naming::Identity,
        topics: ["orders", "payments.card", "payments.sepa"]
            .map(|name| (name.to_owned(), name.to_owned()))
            .into(),
        groups: ["billing", "fulfilment"].map(str::to_owned).into(),
    }
}

fn call(occasion: Occasion) -> Task {
    let (owner, cluster) = (address("application.billing"), Some(cluster("hangzhou")));
    Task::Call { owner, occasion, seconds: 60, pair: Some(address("pair.orders")), cluster }
}

fn bring(at: &str, name: &str, state: ConnectorState) -> Step {
    task("replication.orders", &[], Task::SetConnectorState { connector: connector_on(at, name), state })
}

fn limits() -> std::collections::BTreeMap<String, Option<String>> {
    ["orders", "payments.card", "payments.sepa"].map(|name| (name.to_owned(), None)).into()
}

fn propagation() -> Task {
    let Object::RecordSet(wanted) = record("sh.") else { unreachable!("a record is a record set") };
    Task::AwaitPropagation { record: record_id(), wanted: RecordSet { ttl: 30, ..wanted } }
}

/// Waves of steps, each of which comes after all of the wave before; with the plan of nothing else.
fn in_waves(waves: Vec<(&str, Vec<Step>)>, failover: Failover) -> Plan {
    let (mut steps, mut titles, mut before) = (Vec::new(), Vec::new(), Vec::new());
    for (number, (title, wave)) in (1..).zip(waves) {
        titles.push(title.to_owned());
        let after = std::mem::take(&mut before);
        for step in wave {
            let id = StepId(u32::try_from(steps.len()).unwrap());
            before.push(id);
            let undo = match step.undo {
                Undo::Nothing => undo_of(&step.action),
                own => own,
            };
            steps.push(Step { id, wave: number, after: after.clone(), undo, ..step });
        }
    }
    let no_return = steps.iter().find(|step| matches!(step.action, Action::Task(Task::SetActive { .. })));
    let no_return = no_return.map(|step| step.id);
    let mut plan = plan(steps);
    (plan.kind, plan.failover) =
        (PlanKind::Failover, Some(Box::new(Failover { waves: titles, no_return, ..failover })));
    plan.remembered.clear();
    plan.identified()
}

fn failover(recipe: Recipe, loss: Loss) -> Failover {
    let side = |side, name| ActiveSide { side, cluster: cluster(name) };
    Failover {
        pair: address("pair.orders"),
        recipe,
        from: side(Side::Primary, "hangzhou"),
        to: side(Side::Secondary, "shanghai"),
        epoch: 5,
        waves: Vec::new(),
        before: 0,
        no_return: None,
        guards: vec![
            guard("replication_lag", Verdict::Holds, "1,204 records, at most 5,000", None),
            guard("connectors", Verdict::Holds, "3 run", None),
        ],
        groups: vec![group("billing", 0), group("fulfilment", 18)],
        loss,
        continues: None,
        emptied: None,
        signs: None,
        notes: Vec::new(),
        rto: Some(300),
        rpo: Some(30),
    }
}

fn stop(name: &str) -> Step {
    let mut step = bring("shanghai", name, ConnectorState::Stopped);
    let Action::Task(Task::SetConnectorState { connector, .. }) = &step.action else {
        unreachable!("just made")
    };
    let back = Task::SetConnectorState { connector: connector.clone(), state: ConnectorState::Running };
    step.undo = Undo::Inverse(Box::new(Action::Task(back)));
    step
}

fn pair_task(verb: Task) -> Step {
    task("pair.orders", &[], verb)
}

fn fence() -> Vec<Step> {
    let withdraw =
        step("access.writers", grants_on("hangzhou"), &[], Action::Delete { from: grants(&["app"]) });
    let refuse = Task::RefuseWrites { cluster: cluster("hangzhou"), topics: limits() };
    let topics = limits().into_keys().collect();
    vec![
        withdraw,
        task("fence.orders", &[], refuse),
        pair_task(Task::AwaitQuiet { cluster: cluster("hangzhou"), topics }),
    ]
}

fn switch() -> Vec<(&'static str, Vec<Step>)> {
    let give = step("access.writers", grants_on("shanghai"), &[], Action::Create(grants(&["app"])));
    let canary =
        Task::Canary { cluster: cluster("shanghai"), topic: "leeward.canary.orders.5".into(), through: None };
    let name = step("dns_record.bootstrap", record_id(), &[], update(record("hz."), record("sh.")));
    let active = Task::SetActive { pair: address("pair.orders"), side: Side::Secondary, epoch: 5 };
    vec![
        ("change roles", vec![pair_task(active)]),
        ("let clients write", vec![give, pair_task(canary)]),
        ("switch names", vec![name, task("dns_record.bootstrap", &[], propagation())]),
    ]
}

fn back() -> Vec<Step> {
    let names = ["source", "checkpoint", "heartbeat"];
    let old = names.map(|name| format!("orders-hangzhou-shanghai-{name}"));
    let new = names.map(|name| format!("orders-shanghai-hangzhou-{name}"));
    let at = |name: &String| if name.ends_with("heartbeat") { "shanghai" } else { "hangzhou" };
    let delete = |name: &String| {
        step(
            "replication.orders",
            connector_on("shanghai", name),
            &[],
            Action::Delete { from: connector("1") },
        )
    };
    let create = |name: &String| {
        step("replication.orders", connector_on(at(name), name), &[], Action::Create(connector("1")))
    };
    let on = Continuation {
        pair: address("pair.orders"),
        connector: connector_on("hangzhou", &new[0]),
        source: cluster("shanghai"),
        target: cluster("hangzhou"),
        topics: route("").topics,
    };
    let syncs = topic_on("hangzhou", "mm2-offset-syncs.shanghai.internal");
    let mut steps: Vec<Step> = old.iter().map(delete).collect();
    steps.push(step("replication.orders", syncs, &[], Action::Create(topic("1", 1))));
    steps.extend(new.iter().map(create));
    steps.push(task("replication.orders", &[], Task::ContinueFromCutOver(Box::new(on))));
    steps.extend(new.iter().map(|name| bring(at(name), name, ConnectorState::Running)));
    let heartbeat = Task::AwaitHeartbeat { cluster: cluster("hangzhou"), topic: "heartbeats".into() };
    steps.push(task("replication.orders", &[], heartbeat));
    steps
}

/// Both sides answer. Steps: 0 hook, 1–3 fence, 4 drain, 5 consumers, 6–8 mirror, 9 snapshot, 10 groups, 11 approval,
/// 12 roles, 13–14 writes, 15–16 names, 17–18 applications, then the flow back.
pub fn planned() -> Plan {
    let groups: std::collections::BTreeSet<String> = route("").groups;
    let routes = vec![route("orders-hangzhou-shanghai-source")];
    let drained = Task::AwaitDrained { route: Box::new(routes[0].clone()) };
    let empty = Task::AwaitGroupsEmpty { cluster: cluster("hangzhou"), groups: groups.clone() };
    let commit =
        Task::CommitGroups { route: Box::new(routes[0].clone()), source_lost: false, lenient: false };
    let members = Task::AwaitMembers { cluster: cluster("shanghai"), groups, seconds: 30 };
    let approve = Task::Approve { name: "cutover".into(), seconds: Some(600) };
    let stops =
        ["heartbeat", "checkpoint", "source"].map(|name| stop(&format!("orders-hangzhou-shanghai-{name}")));
    let mut waves = vec![
        ("stop applications", vec![task("application.billing", &[], call(Occasion::Stop))]),
        ("fence hangzhou", fence()),
        ("drain", vec![task("replication.orders", &[], drained)]),
        ("see consumers gone", vec![pair_task(empty)]),
        ("stop the mirror", stops.into()),
        (
            "note where all logs end",
            vec![pair_task(Task::TakeSnapshot { pair: address("pair.orders"), routes })],
        ),
        ("set groups", vec![task("replication.orders", &[], commit)]),
        ("approve", vec![pair_task(approve)]),
    ];
    waves.extend(switch());
    let start = task("application.billing", &[], call(Occasion::Start));
    waves.push(("start applications", vec![start, pair_task(members)]));
    waves.push(("let records flow back", back()));
    in_waves(waves, failover(Recipe::Planned, Loss::Nothing))
}

/// The active side is taken for dead. Steps: 0 fence, 1 mirror, 2 snapshot, 3 groups, 4 the rest of the mirror, beside it 5 roles,
/// 6–7 writes, 8–9 names, 10 what is put away.
pub fn unplanned(loss: Loss) -> Plan {
    let routes = vec![route("orders-hangzhou-shanghai-source")];
    let defer = Task::DeferFence { pair: address("pair.orders"), cluster: cluster("hangzhou") };
    let commit = Task::CommitGroups { route: Box::new(routes[0].clone()), source_lost: true, lenient: false };
    let checkpoint = "orders-hangzhou-shanghai-checkpoint";
    let rest = Step { optional: true, ..stop(checkpoint) };
    let old = connector_on("shanghai", checkpoint);
    let gone = step("replication.orders", old, &[], Action::Delete { from: connector("1") });
    let mut waves = vec![
        ("fence hangzhou as far as it can be", vec![pair_task(defer)]),
        ("stop the mirror", vec![stop("orders-hangzhou-shanghai-source")]),
        (
            "note where all logs end",
            vec![pair_task(Task::TakeSnapshot { pair: address("pair.orders"), routes })],
        ),
        ("set groups", vec![task("replication.orders", &[], commit)]),
        ("stop the rest of the mirror", vec![rest]),
    ];
    waves.extend(switch());
    waves.push(("put the old flow away", vec![Step { optional: true, ..gone }]));
    let note =
        "hangzhou is not mirrored to until it is back and its fence is proven: leeward failback plan orders";
    let of = failover(Recipe::Unplanned, loss);
    let signs = Some(signs([0, 0]));
    let groups = vec![by_checkpoint("billing", 4_120, 14), partly("fulfilment", 74), nowhere("shipping")];
    let mut plan = in_waves(waves, Failover { signs, groups, notes: vec![note.into()], ..of });
    // Nothing but what is put away waits for the rest of the mirror.
    for (step, after) in [(5, vec![3]), (10, vec![4, 9])] {
        plan.steps[step].after = after.into_iter().map(StepId).collect();
    }
    plan.identified()
}

/// The signs of life of hangzhou, of whose 14 and 3 questions so many were answered.
pub fn signs(answered: [usize; 2]) -> Signs {
    let places = [
        (cluster("hangzhou"), 14, "no broker of hangzhou can be reached: connection refused"),
        (address("connect.hangzhou"), 3, "no worker can be reached"),
    ];
    let sign = |((place, asked, fault), answered): ((Address, usize, &str), usize)| Sign {
        place,
        asked,
        answered,
        fault: Some(fault.to_owned()).filter(|_| answered < asked),
    };
    let places = places.into_iter().zip(answered).map(sign).collect();
    Signs { from: "bastion".into(), millis: 1_240, places, heartbeat_age: Some(134_000) }
}

/// The side that was dead has returned.
pub fn reprotect() -> Plan {
    let side = ActiveSide { side: Side::Secondary, cluster: cluster("shanghai") };
    let of = failover(Recipe::Reprotect, Loss::Nothing);
    let of = Failover { from: side.clone(), to: side, groups: Vec::new(), ..of };
    in_waves(vec![("fence hangzhou", fence()), ("let records flow back", back())], of)
}

/// The planned one, of which two guards do not hold; one of them is overridden.
pub fn guarded() -> Plan {
    let mut plan = planned();
    if let Some(failover) = &mut plan.failover {
        failover.guards = vec![
            guard("replication_lag", Verdict::Holds, "1,204 records, at most 5,000", None),
            guard(
                "drill_age",
                Verdict::Fails,
                "the last drill was 47 days ago, at most 30 are asked for",
                Some("moved to next week, CHG-4711"),
            ),
            guard(
                "groups",
                Verdict::Unknown,
                "the standby's coordinator does not answer (3 tries, 6 s)",
                None,
            ),
        ];
    }
    plan.identified()
}

/// The same plan of another pair: every name of the pair's own is another.
fn of(plan: &Plan, pair: &str) -> Plan {
    let text = serde_json::to_string(plan).unwrap();
    let text = text.replace("orders", pair).replace("billing", &format!("{pair}-app"));
    serde_json::from_str(&text).unwrap()
}

/// Failovers of several pairs as one, those of a wave side by side.
fn together(waves: Vec<Vec<Plan>>) -> Plan {
    let (mut steps, mut before, mut gate) = (Vec::new(), 0, Vec::new());
    let mut told = Vec::new();
    for wave in waves {
        let (mut of_wave, mut reached) = (Vec::new(), Vec::new());
        for pair in wave {
            let first = u32::try_from(steps.len()).unwrap();
            let shifted = |id: &StepId| StepId(id.0 + first);
            let failover = *pair.failover.unwrap();
            for step in pair.steps {
                let id = shifted(&step.id);
                if matches!(step.action, Action::Task(Task::AwaitPropagation { .. })) {
                    reached.push(id);
                }
                let after = if step.after.is_empty() {
                    gate.clone()
                } else {
                    step.after.iter().map(shifted).collect()
                };
                steps.push(Step { id, wave: step.wave + before, after, ..step });
            }
            let no_return = failover.no_return.as_ref().map(shifted);
            let next = before + u32::try_from(failover.waves.len()).unwrap();
            of_wave.push(Failover { before, no_return, ..failover });
            before = next;
        }
        gate = reached;
        told.push(of_wave);
    }
    let mut plan = plan(steps);
    let (policy, notes) = (address("failover_policy.all"), vec!["4 other changes are pending".to_owned()]);
    let in_waves = InWaves { policy, waves: told, notes, rto: Some(900) };
    (plan.kind, plan.in_waves) = (PlanKind::Failover, Some(Box::new(in_waves)));
    plan.remembered.clear();
    plan.identified()
}

/// Three pairs in two waves; a guard of the first does not hold.
pub fn several() -> Plan {
    let (first, other) = (guarded(), planned());
    together(vec![vec![first, of(&other, "payments")], vec![of(&other, "archive")]])
}

/// The same with the active sides dead, with what is lost of each.
pub fn several_dead(losses: [Loss; 3]) -> Plan {
    let [orders, payments, archive] = losses.map(unplanned);
    together(vec![vec![orders, of(&payments, "payments")], vec![of(&archive, "archive")]])
}
