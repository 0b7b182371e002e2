use super::world::{World, address, says};
use leeward::estate::{Home, Object, ObjectId, OnRemove, Side, TopicObject, TopicOverride};
use leeward::plan::{Action, Expect, Step, StepId, Undo};
use std::collections::BTreeMap;

fn config(value: &'static str) -> impl Fn(&mut World) {
    move |world| {
        let config = &mut world.topic("topic.orders").config;
        config.insert("min.insync.replicas".into(), value.into());
    }
}

fn on_secondary(factor: Option<i16>, minimum: Option<&'static str>) -> impl Fn(&mut World) {
    move |world| {
        let config = minimum.map(|value| ("min.insync.replicas".to_owned(), value.to_owned()));
        let over = TopicOverride { replication_factor: factor, config: config.into_iter().collect() };
        world.topic("topic.orders").overrides = BTreeMap::from([(Side::Secondary, over)]);
    }
}

#[test]
fn lw1301_another_minimum_on_the_other_side() {
    says(
        on_secondary(None, Some("1")),
        &["LW1301 warning topic.orders: min.insync.replicas is 2 on the primary and 1 on the secondary"],
    );
    says(on_secondary(None, Some("2")), &[]);
    says(
        |world| {
            on_secondary(None, Some("2"))(world);
            world.topic("topic.orders").config.clear();
        },
        &[
            "LW1301 warning topic.orders: min.insync.replicas is the broker's default on the primary and 2 on the \
           secondary",
        ],
    );
}

#[test]
fn lw1302_another_factor_on_the_other_side() {
    says(
        on_secondary(Some(4), None),
        &["LW1302 warning topic.orders: replication factor is 3 on the primary and 4 on the secondary"],
    );
    says(on_secondary(Some(3), None), &[]);
}

#[test]
fn lw1303_no_room_for_a_broker_to_fail() {
    let here = "on hangzhou and shanghai";
    says(
        config("3"),
        &[&format!(
            "LW1303 warning topic.orders: min.insync.replicas 3 of 3 replicas {here}: no broker may fail"
        )],
    );
    says(
        config("4"),
        &[&format!(
            "LW1303 warning topic.orders: min.insync.replicas 4 is more than the 3 replicas {here}: it counts \
                    as 3"
        )],
    );
    says(config("1"), &[]);
    says(config("many"), &[]);
}

#[test]
fn lw1303_speaks_of_the_side_that_it_is_about() {
    says(
        on_secondary(Some(2), None),
        &[
            "LW1302 warning topic.orders: replication factor is 3 on the primary and 2 on the secondary",
            "LW1303 warning topic.orders: min.insync.replicas 2 of 2 replicas on shanghai: no broker may fail",
        ],
    );
}

fn single(world: &mut World) {
    let topic = world.topic("topic.orders");
    topic.replication_factor = 1;
    topic.config.clear();
}

#[test]
fn lw1304_one_replica_where_there_could_be_more() {
    says(single, &["LW1304 warning topic.orders: one replica on hangzhou, which has 3 brokers"]);
    says(
        |world| {
            single(world);
            world.facts("cluster.hangzhou").brokers.truncate(1);
        },
        &["LW1304 warning topic.orders: one replica on shanghai, which has 3 brokers"],
    );
    says(
        |world| {
            single(world);
            world.topic("topic.orders").home = Home::Cluster(address("cluster.shanghai"));
            world.replication("replication.orders").topics.remove(0);
        },
        &["LW1304 warning topic.orders: one replica on shanghai, which has 3 brokers"],
    );
    says(
        |world| {
            single(world);
            world.observed.readings.clear();
        },
        &[],
    );
}

#[test]
fn lw1304_counts_the_replications_own_topics() {
    let factor =
        |world: &mut World| world.replication("replication.orders").mirror_maker.replication_factor = 1;
    says(
        factor,
        &[
            "LW1304 warning replication.orders: one replica of its offset syncs on shanghai, which has 3 brokers",
        ],
    );
    says(
        |world| {
            factor(world);
            world.facts("cluster.shanghai").brokers.truncate(1);
        },
        &[],
    );
}

fn topic_object(replication_factor: i16) -> Object {
    Object::Topic(TopicObject {
        incarnation: None,
        partitions: 1,
        replication_factor,
        config: BTreeMap::new(),
    })
}

fn step(action: Action) -> Step {
    Step {
        id: StepId(0),
        address: address("topic.orders"),
        object: Some(ObjectId::topic(&address("cluster.shanghai"), "orders")),
        role: None,
        after: Vec::new(),
        expect: Expect::Anything,
        action,
        undo: Undo::Nothing,
        on_remove: OnRemove::Forget,
        reason: None,
        wave: 0,
        optional: false,
    }
}

#[test]
fn lw1305_more_replicas_than_brokers() {
    let create =
        |factor| move |world: &mut World| world.plan.steps = vec![step(Action::Create(topic_object(factor)))];
    says(
        create(4),
        &["LW1305 error topic.orders: orders is to have 4 replicas on shanghai, which has 3 brokers"],
    );
    says(create(3), &[]);
    says(
        |world| {
            create(4)(world);
            world.observed.readings.clear();
        },
        &[],
    );
}

#[test]
fn lw1305_leaves_topics_alone_that_are_there_already() {
    let update = Action::Update { from: topic_object(4), to: topic_object(4), fields: Vec::new() };
    says(|world| world.plan.steps = vec![step(update)], &[]);
}

#[test]
fn lw1306_topics_that_were_made_anew() {
    let adopt = |replaces: Option<&str>| Action::Adopt {
        from: topic_object(3),
        to: topic_object(3),
        fields: Vec::new(),
        replaces: replaces.map(Into::into),
    };
    says(
        |world| world.plan.steps = vec![step(adopt(Some("an-id")))],
        &[
            "LW1306 warning topic.orders: orders on shanghai was deleted and made anew: its records and offsets began \
           again",
        ],
    );
    says(|world| world.plan.steps = vec![step(adopt(None))], &[]);
}
