//! What stands in the way of a failover: each told once, and nothing told that only follows.

use super::stage::{Stage, dead, hangzhou, record_set, shanghai, stands};
use crate::estate::sample::address;
use leeward::estate::{ConnectorState, FailedTask, FailoverPolicy, Resource, Selector};
use leeward::plan::{Finding, Severity};
use leeward::status::{Condition, ObstacleKind, Review};
use std::collections::{BTreeMap, BTreeSet};

fn kinds(condition: &Condition) -> Vec<ObstacleKind> {
    assert_eq!(condition.ready, condition.obstacles.is_empty());
    condition.obstacles.iter().map(|obstacle| obstacle.kind).collect()
}

async fn obstacles(stage: Stage) -> Vec<ObstacleKind> {
    kinds(&stage.condition().await)
}

#[tokio::test]
async fn a_pair_that_is_well_is_ready() {
    assert_eq!(obstacles(Stage::new()).await, []);
    let busy = Stage::new().end(&hangzhou(), "orders", 0, 5_000);
    assert_eq!(obstacles(busy).await, [], "what is left can be carried: a failover waits for it");
}

#[tokio::test]
async fn a_dead_side_is_told_without_what_follows() {
    let active = Stage::new().cut("cluster.hangzhou", dead("hangzhou")).beat(Some(60_000));
    assert_eq!(obstacles(active).await, [ObstacleKind::ActiveSilent]);
    let standby = Stage::new().cut("cluster.shanghai", dead("shanghai"));
    assert_eq!(obstacles(standby).await, [ObstacleKind::StandbySilent]);
}

#[tokio::test]
async fn connect_that_is_gone_is_told_once() {
    let stage = Stage::new().cut("connect.shanghai", dead("connect"));
    assert_eq!(obstacles(stage).await, [ObstacleKind::ConnectSilent]);
    let mut stage = Stage::new();
    stage.estate.resources.remove(&address("connect.shanghai"));
    assert_eq!(obstacles(stage).await, [ObstacleKind::NoConnect]);
}

#[tokio::test]
async fn a_connector_has_to_run_with_tasks() {
    let one = |part: &'static str, state, tasks| {
        Stage::new().connector(part, move |connector| (connector.state, connector.tasks) = (state, tasks))
    };
    for (part, state, tasks, told) in [
        ("source", ConnectorState::Stopped, 0, vec![ObstacleKind::ConnectorNotRunning]),
        ("source", ConnectorState::Paused, 1, vec![ObstacleKind::ConnectorNotRunning]),
        ("source", ConnectorState::Failed, 0, vec![ObstacleKind::ConnectorNotRunning]),
        ("source", ConnectorState::Running, 0, vec![ObstacleKind::ConnectorIdle]),
        ("heartbeat", ConnectorState::Running, 0, vec![ObstacleKind::ConnectorIdle]),
        ("checkpoint", ConnectorState::Running, 0, vec![]),
        ("checkpoint", ConnectorState::Stopped, 0, vec![ObstacleKind::ConnectorNotRunning]),
    ] {
        assert_eq!(obstacles(one(part, state, tasks)).await, told, "{part} {state} {tasks}");
    }
    let stage = Stage::new().connector("source", |connector| {
        connector.failed =
            vec![FailedTask { id: 0, trace: "org.apache.kafka.common.KafkaException: no".into() }];
    });
    assert_eq!(obstacles(stage).await, [ObstacleKind::TaskFailed], "although the connector runs");
    let stage = Stage::new().edit(|world| {
        let connect = world.connects.get_mut(&address("connect.hangzhou")).unwrap();
        connect.connectors.clear();
    });
    assert_eq!(obstacles(stage).await, [ObstacleKind::ConnectorMissing]);
}

#[tokio::test]
async fn heartbeats_have_to_cross_if_nothing_explains_why_not() {
    assert_eq!(obstacles(Stage::new().beat(None)).await, [ObstacleKind::NoHeartbeat]);
    assert_eq!(obstacles(Stage::new().beat(Some(60_000))).await, [ObstacleKind::NoHeartbeat]);
    let stopped = Stage::new().beat(Some(20_000)).connector("source", |connector| {
        (connector.state, connector.tasks) = (ConnectorState::Stopped, 0);
    });
    assert_eq!(obstacles(stopped).await, [ObstacleKind::ConnectorNotRunning]);
}

#[tokio::test]
async fn what_is_left_has_to_be_known_and_within_the_objective() {
    let remade = Stage::new().end(&hangzhou(), "orders", 1, 20);
    assert!(obstacles(remade).await.contains(&ObstacleKind::LagUnknown));
    let late = Stage::new().beat(Some(31_000)).end(&hangzhou(), "orders", 0, 1_001);
    assert_eq!(obstacles(late).await, [ObstacleKind::NoHeartbeat, ObstacleKind::ObjectiveMissed]);
}

#[tokio::test]
async fn a_group_has_to_go_on_and_nobody_may_read_with_it_on_the_standby() {
    let stage = Stage::new().edit(|world| {
        let group = leeward::estate::Group { members: 2, ..stands(&[("orders", &[900])]) };
        world.clusters.get_mut(&shanghai()).unwrap().groups.insert("billing".into(), group);
    });
    assert_eq!(obstacles(stage).await, [ObstacleKind::GroupOnStandby]);
    let stage = Stage::new().edit(|world| {
        world.clusters.get_mut(&shanghai()).unwrap().topics.remove("orders");
    });
    let told = obstacles(stage).await;
    assert_eq!(told, [ObstacleKind::LagUnknown, ObstacleKind::GroupUncovered, ObstacleKind::GroupUncovered]);
}

#[tokio::test]
async fn every_authority_has_to_answer_what_is_wanted() {
    let stage = Stage::new();
    let told = stage.condition_of(|observed| {
        record_set(observed).seen[1].values = Some(BTreeSet::from(["kafka-old.example.com.".to_owned()]));
    });
    assert_eq!(kinds(&told.await), [ObstacleKind::NameDiffers]);
    let told = stage.condition_of(|observed| {
        let seen = &mut record_set(observed).seen[0];
        (seen.values, seen.fault) = (None, Some("it does not answer (3 tries, 6 s)".into()));
    });
    assert_eq!(kinds(&told.await), [ObstacleKind::NameSilent]);
    let gone = Stage::new().edit(|world| {
        let dns = world.dns.get_mut(&address("dns.main")).unwrap();
        dns.zones.get_mut("example.com.").unwrap().records.clear();
    });
    assert_eq!(obstacles(gone).await, [ObstacleKind::NameDiffers]);
    let silent = Stage::new().cut("dns.main", dead("dns"));
    assert_eq!(obstacles(silent).await, [ObstacleKind::NameSilent]);
}

#[tokio::test]
async fn names_of_other_pairs_are_not_asked() {
    let mut stage = Stage::new();
    let record = stage.estate.resources.get_mut(&address("dns_record.bootstrap")).unwrap();
    record.after = vec![address("dns.main")];
    assert_eq!(stage.condition().await.names, []);
}

#[tokio::test]
async fn fences_and_findings_stand_in_the_way() {
    let mut stage = Stage::new();
    let pair = stage.state.pairs.get_mut(&address("pair.orders")).unwrap();
    pair.pending_fences = vec![hangzhou()];
    let finding = |severity, ignored| Finding {
        code: "LW1001".into(),
        severity,
        address: Some(address("topic.orders")),
        position: None,
        message: "its name ends with .internal".into(),
        help: None,
        ignored,
    };
    let findings = vec![
        finding(Severity::Error, None),
        finding(Severity::Error, Some("known".to_owned())),
        finding(Severity::Warning, None),
    ];
    let (at, changed, unread) = (super::stage::now(), BTreeSet::new(), BTreeSet::new());
    stage.review = Some(Review { at, changed, unread, findings });
    assert_eq!(obstacles(stage).await, [ObstacleKind::FencePending, ObstacleKind::Finding]);
}

fn policy(stage: &mut Stage) -> &mut FailoverPolicy {
    let at = address("failover_policy.orders");
    match &mut stage.estate.resources.get_mut(&at).unwrap().resource {
        Resource::FailoverPolicy(policy) => policy,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_policy_demands_a_fence_and_sets_limits() {
    let mut stage = Stage::new();
    policy(&mut stage).fence = None;
    assert_eq!(obstacles(stage).await, [ObstacleKind::NoFence]);
    let limited = |left: i64| {
        let mut stage = Stage::new().end(&hangzhou(), "orders", 0, 1_000 + left);
        let limit = |name: &str, most: i64| BTreeMap::from([(name.to_owned(), most.to_string())]);
        let guards = &mut policy(&mut stage).guards;
        guards.insert("replication_lag".into(), limit("max_records", 5));
        guards.insert("groups".into(), limit("max_repeated", 60));
        stage
    };
    assert_eq!(obstacles(limited(5)).await, []);
    assert_eq!(obstacles(limited(6)).await, [ObstacleKind::LagBeyondLimit]);
    let told = obstacles(limited(5).syncs(Vec::new())).await;
    assert_eq!(told, [ObstacleKind::RepeatsBeyondLimit], "without syncs groups are set back");
}

#[tokio::test]
async fn a_pair_without_a_replication_is_not_ready() {
    let stage = Stage::new();
    let flows = [stage.flow().await];
    let mut estate = stage.estate.clone();
    estate.resources.retain(|_, declared| !matches!(declared.resource, Resource::Replication(_)));
    let desired = leeward::estate::desired(&estate);
    let pair = address("pair.orders");
    let asked: Vec<_> = leeward::status::queries(&estate, &pair, &desired).into_values().collect();
    let observed = leeward::observe::observe(&stage.memory, &asked).await;
    let (state, review) = (&stage.state, None);
    let facts = leeward::status::Facts {
        estate: &estate,
        desired: &desired,
        state,
        observed: &observed,
        flows: &flows,
        sightings: &BTreeMap::new(),
        review,
    };
    let condition = Condition::of(&pair, &facts).unwrap();
    assert_eq!(kinds(&condition), [ObstacleKind::NoReplication]);
    assert_eq!(condition.loss.records.why(), Some("the pair has no replication"));
    assert_eq!(Condition::of(&address("pair.other"), &facts), None);
}

#[tokio::test]
async fn a_group_that_nobody_follows_is_told_and_no_obstacle() {
    let mut stage = Stage::new().edit(|world| {
        let active = world.clusters.get_mut(&hangzhou()).unwrap();
        active.groups.insert("connect-s3-sink".into(), stands(&[("orders", &[5])]));
        active.groups.insert("elsewhere".into(), stands(&[("other", &[5])]));
    });
    let before = stage.condition().await;
    assert_eq!(before.mirrorings[0].unfollowed, None, "it was not asked");
    stage.whole = true;
    let condition = stage.condition().await;
    assert_eq!(condition.mirrorings[0].unfollowed, Some(vec!["connect-s3-sink".to_owned()]));
    assert!(condition.ready);
    let Resource::Replication(flow) =
        &mut stage.estate.resources.get_mut(&address("replication.orders")).unwrap().resource
    else {
        panic!()
    };
    flow.groups.push(Selector("connect-.*".into()));
    let condition = stage.condition().await;
    let unfollowed = condition.mirrorings[0].unfollowed.as_ref();
    assert_eq!(unfollowed.map(Vec::len), Some(1), "MirrorMaker leaves it out whatever selects it");
}

#[test]
fn every_sort_has_a_name_of_its_own() {
    let names: BTreeSet<&str> = ObstacleKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(names.len(), ObstacleKind::ALL.len());
    for kind in ObstacleKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
}
