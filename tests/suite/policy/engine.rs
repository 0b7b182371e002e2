use super::world::{World, address, replication, says, selectors, topic};
use leeward::estate::{
    ConnectorState, Home, Mirror, Moves, Naming, Object, ObjectId, OnRemove, Pair, RecordSet, Resource, Side,
    Task,
};
use leeward::plan::{Action, Expect, Step, StepId, Undo};
use std::time::Duration;

/// A pair of the same clusters the other way round, with a replication of its own.
fn reverse(topics: &'static [&'static str]) -> impl Fn(&mut World) {
    move |world| {
        let (primary, secondary) = (address("cluster.shanghai"), address("cluster.hangzhou"));
        world.declare(
            "pair.back",
            &[],
            Resource::Pair(Pair { primary, secondary, active: Side::Primary, endpoints: Vec::new() }),
        );
        let mut back = replication(topics);
        back.pair = address("pair.back");
        world.declare("replication.back", &["pair.back"], Resource::Replication(back));
        let mut policy = world.policy("failover_policy.orders").clone();
        policy.moves = Moves::Pair(address("pair.back"));
        world.declare("failover_policy.back", &["pair.back"], Resource::FailoverPolicy(policy));
    }
}

const CIRCLE: &str = "LW1401 error replication.back: it mirrors orders from shanghai to hangzhou, and replication.orders \
                      mirrors it back: records would circle for ever";

#[test]
fn lw1401_two_replications_in_opposite_directions() {
    let undeclared = "LW1008 warning replication.back: orders is on shanghai but not declared for pair.back";
    says(reverse(&["orders"]), &[CIRCLE, undeclared]);
    let seen_from_the_other = CIRCLE
        .replace("replication.orders", "replication.")
        .replace(
            "replication.back: it mirrors orders from shanghai to hangzhou",
            "replication.orders: it mirrors orders from hangzhou to shanghai",
        )
        .replace("replication. mirrors", "replication.back mirrors");
    says(
        reverse(&["ord.*"]),
        &[&seen_from_the_other, "LW1007 info replication.back: 1 topic on shanghai by pattern only: orders"],
    );
}

#[test]
fn lw1401_allows_other_topics_and_other_naming() {
    says(
        |world| {
            reverse(&["stock"])(world);
            let mut stock = topic("stock");
            stock.home = Home::Pair(address("pair.back"));
            world.declare("topic.stock", &["pair.back"], Resource::Topic(stock));
            let mut writers = world.access("access.writers").clone();
            writers.home = Home::Pair(address("pair.back"));
            world.declare("access.back", &["pair.back"], Resource::Access(writers));
        },
        &[],
    );
    says(
        |world| {
            reverse(&["orders"])(world);
            world.replication("replication.back").naming = Naming::Prefixed { separator: ".".into() };
        },
        &["LW1008 warning replication.back: orders is on shanghai but not declared for pair.back"],
    );
}

#[test]
fn lw1401_the_same_pattern_both_ways() {
    let unread = |world: &mut World| {
        world.observed.readings.clear();
        world.replication("replication.orders").topics.extend(selectors(&["t.*"]));
        reverse(&["t.*"])(world);
    };
    let expected = CIRCLE.replace("orders from", "t.* from");
    says(unread, &[&expected]);
}

fn mirror(topics: &str) -> Mirror {
    Mirror {
        source: "shanghai".into(),
        target: "hangzhou".into(),
        topics: topics.into(),
        identity: true,
        active: true,
    }
}

fn foreign(mirror: Mirror) -> impl FnOnce(&mut World) {
    move |world| drop(world.worker("connect.hangzhou").mirrors.insert("old".into(), mirror))
}

#[test]
fn lw1401_a_connector_of_someone_else() {
    let circle = |topic: &str| {
        format!(
            "LW1401 error replication.orders: connector old on hangzhou mirrors {topic} back from shanghai to \
                 hangzhou: records would circle for ever"
        )
    };
    says(foreign(mirror("orders")), &[&circle("orders")]);
    says(foreign(mirror(".*")), &[&circle("orders")]);
    says(foreign(mirror("stock,refunds")), &[]);
    says(foreign(Mirror { active: false, ..mirror(".*") }), &[]);
    says(foreign(Mirror { identity: false, ..mirror(".*") }), &[]);
    says(foreign(Mirror { source: "beijing".into(), ..mirror(".*") }), &[]);
}

fn step(object: Option<ObjectId>, action: Action) -> Step {
    Step {
        id: StepId(0),
        address: address("replication.orders"),
        object,
        role: None,
        after: Vec::new(),
        expect: Expect::Anything,
        action,
        undo: Undo::Nothing,
        on_remove: OnRemove::Delete,
        reason: None,
        wave: 0,
        optional: false,
    }
}

#[test]
fn lw1401_is_silent_of_connectors_that_the_plan_ends() {
    let old = || ObjectId::connector(&address("connect.hangzhou"), "old");
    let from = Object::RecordSet(RecordSet { ttl: 0, values: Default::default(), seen: Vec::new() });
    let delete = step(Some(old()), Action::Delete { from });
    let stop = Task::SetConnectorState { connector: old(), state: ConnectorState::Stopped };
    for ending in [delete, step(None, Action::Task(stop))] {
        says(
            |world| {
                foreign(mirror("orders"))(world);
                world.plan.steps = vec![ending];
            },
            &[],
        );
    }
}

#[test]
fn lw1402_a_worker_of_another_cluster() {
    let attach = |id: &'static str| {
        move |world: &mut World| world.worker("connect.shanghai").kafka_cluster_id = id.into()
    };
    says(
        attach("id-of-hangzhou"),
        &["LW1402 error connect.shanghai: it is attached to hangzhou, and not to shanghai"],
    );
    says(
        attach("zzz"),
        &[
            "LW1402 error connect.shanghai: it is attached to a cluster with the id zzz, which is not declared, and not \
           to shanghai",
        ],
    );
}

fn version(text: &'static str) -> impl Fn(&mut World) {
    move |world| {
        for plugin in world.worker("connect.shanghai").plugins.values_mut() {
            *plugin = text.into();
        }
    }
}

#[test]
fn lw1403_versions_that_forget() {
    for old in ["3.7.0", "3.6.2", "2.8.1", "3.7.0-rc1", "7.6.1-ccs", "6.2.0-ce", "7.7.0-ccs"] {
        let message = format!(
            "LW1403 error connect.shanghai: its MirrorMaker is {old}: it forgets positions when it is restarted"
        );
        says(version(old), &[&message]);
    }
    for new in ["3.7.1", "3.8.0", "3.9.0-rc3", "4.3.1", "7.7.1-ccs", "7.8.0-ce", "8.0.0-ccs"] {
        says(version(new), &[]);
    }
    for unread in ["", "trunk", "3.7", "3.7.x"] {
        let message = format!(
            "LW1403 info connect.shanghai: can't tell whether its version {unread:?} is 3.7.1 or newer"
        );
        says(version(unread), &[&message]);
    }
}

#[test]
fn lw1403_takes_the_workers_version_where_plugins_are_not_listed() {
    says(
        |world| {
            let worker = world.worker("connect.hangzhou");
            worker.plugins.clear();
            worker.version = "3.5.0".into();
        },
        &[
            "LW1403 error connect.hangzhou: its MirrorMaker is 3.5.0: it forgets positions when it is restarted",
        ],
    );
}

#[test]
fn lw1403_leaves_workers_alone_that_nothing_runs_on() {
    says(
        |world| {
            version("3.5.0")(world);
            world.forget("replication.orders");
        },
        &["LW1009 warning pair.orders: nothing replicates its 2 topics: orders, payments.card"],
    );
}

#[test]
fn lw1404_workers_without_the_plugin() {
    says(
        |world| drop(world.worker("connect.shanghai").plugins.pop_first()),
        &["LW1404 error connect.shanghai: it does not have MirrorCheckpointConnector"],
    );
    says(|world| world.worker("connect.shanghai").plugins.clear(), &[]);
}

fn kept(days: u64) -> impl Fn(&mut World) {
    move |world| {
        let settings = &mut world.replication("replication.orders").mirror_maker;
        settings.offset_syncs_retention = Duration::from_secs(days * 24 * 3600);
    }
}

#[test]
fn lw1405_syncs_that_go_before_the_records() {
    says(
        kept(6),
        &[
            "LW1405 warning replication.orders: its offset syncs are kept for 6d, and payments.card keeps records for 7d",
        ],
    );
    says(kept(7), &[]);
    let retention = |value: &'static str| {
        move |world: &mut World| {
            kept(7)(world);
            world.topic("topic.orders").config.insert("retention.ms".into(), value.into());
        }
    };
    says(
        retention("2592000000"),
        &[
            "LW1405 warning replication.orders: its offset syncs are kept for 7d, and orders keeps records for 30d",
        ],
    );
    // What is kept for ever can't be matched, and what is no number is Kafka's to refuse.
    says(retention("-1"), &[]);
    says(retention("long"), &[]);
}

#[test]
fn lw1406_and_lw1407_connects_that_are_missing() {
    says(
        |world| world.forget("connect.shanghai"),
        &[
            "LW1406 error replication.orders: no Connect is attached to shanghai, its standby: nothing carries it",
        ],
    );
    says(
        |world| world.forget("connect.hangzhou"),
        &[
            "LW1407 warning replication.orders: no Connect is attached to hangzhou: the flow can't turn round after a \
           failover",
        ],
    );
    says(
        |world| {
            world.forget("connect.hangzhou");
            world.pair("pair.orders").active = Side::Secondary;
            world.forget("dns_record.bootstrap");
        },
        &[
            "LW1406 error replication.orders: no Connect is attached to hangzhou, its standby: nothing carries it",
        ],
    );
}

#[test]
fn lw1408_topics_that_are_carried_twice() {
    let second = |topics: &'static [&'static str]| {
        move |world: &mut World| {
            world.declare("replication.second", &[], Resource::Replication(replication(topics)))
        }
    };
    let twice = |name: &str| {
        format!(
            "LW1408 error replication.orders: replication.second carries {name} as well: its records would arrive \
                 twice"
        )
    };
    says(second(&["orders"]), &[&twice("orders")]);
    says(second(&["pay.*"]), &[&twice("payments.card")]);
    says(
        |world| {
            second(&["pay.*"])(world);
            world.replication("replication.second").topics_exclude = selectors(&["payments.card"]);
        },
        &["LW1010 warning replication.second: it covers no topic, declared or on hangzhou"],
    );
}

#[test]
fn lw1409_settings_that_leeward_relies_on() {
    let set = |key: &'static str| {
        move |world: &mut World| {
            let config = &mut world.replication("replication.orders").mirror_maker.config;
            config.insert(key.into(), "x".into());
        }
    };
    says(
        set("offset-syncs.topic.location"),
        &[
            "LW1409 warning replication.orders: mirror_maker.config sets offset-syncs.topic.location, which leeward relies \
           on",
        ],
    );
    says(set("offset.lag.max"), &[]);
}
