use super::world::{record, replication, says, selectors, sound};
use leeward::estate::{Naming, Resource, Selector};

#[test]
fn lw1001_names_that_mirror_maker_takes_for_its_own() {
    says(
        |world| world.carry("topic.x", "billing-internal"),
        &[
            "LW1001 error topic.x: MirrorMaker never mirrors billing-internal, which replication.orders is to carry",
        ],
    );
    says(
        |world| world.carry("topic.x", "billing.internal"),
        &[
            "LW1001 error topic.x: MirrorMaker never mirrors billing.internal, which replication.orders is to carry",
        ],
    );
    says(|world| world.carry("topic.x", "internal-billing"), &[]);
    says(|world| world.carry("topic.x", "internal"), &[]);
}

#[test]
fn lw1001_speaks_of_names_that_are_not_declared_at_the_replication() {
    says(
        |world| world.replication("replication.orders").topics.push(Selector("a-internal".into())),
        &[
            "LW1001 error replication.orders: MirrorMaker never mirrors a-internal, which replication.orders is to carry",
            "LW1008 warning replication.orders: a-internal is neither declared for pair.orders nor on hangzhou",
        ],
    );
}

#[test]
fn lw1001_is_silent_where_the_topic_is_left_out() {
    says(
        |world| {
            world.carry("topic.x", "billing-internal");
            world.replication("replication.orders").topics_exclude = selectors(&[".*-internal"]);
        },
        &["LW1009 warning topic.x: no replication of pair.orders carries billing-internal"],
    );
}

#[test]
fn lw1002_names_that_the_topic_filter_leaves_out() {
    says(
        |world| world.carry("topic.x", "stock.replica"),
        &["LW1002 error topic.x: MirrorMaker leaves stock.replica out, which replication.orders is to carry"],
    );
    says(|world| world.carry("topic.x", "stock-replica"), &[]);
    says(
        |world| {
            world.carry("topic.x", "stock.replica");
            let config = &mut world.replication("replication.orders").mirror_maker.config;
            config.insert("topics.exclude".into(), "__.*".into());
        },
        &[],
    );
}

#[test]
fn lw1003_names_that_begin_as_kafkas_own() {
    for name in ["__audit", ".audit"] {
        let expected = format!(
            "LW1003 error topic.x: MirrorMaker never mirrors {name}, which replication.orders is to carry"
        );
        says(|world| world.carry("topic.x", name), &[&expected]);
    }
    says(|world| world.carry("topic.x", "_audit"), &[]);
    says(|world| world.carry("topic.x", "audit__"), &[]);
}

#[test]
fn lw1004_heartbeats_under_the_identity_policy() {
    says(
        |world| world.carry("topic.x", "app-heartbeats"),
        &[
            "LW1004 error topic.x: app-heartbeats would arrive on shanghai as hangzhou.app-heartbeats: the identity \
           policy takes it for heartbeats",
        ],
    );
    says(|world| world.carry("topic.x", "heartbeats-of-apps"), &[]);
    says(
        |world| {
            world.carry("topic.x", "app-heartbeats");
            world.replication("replication.orders").naming = Naming::Prefixed { separator: ".".into() };
        },
        &[],
    );
}

fn prefixed(separator: &str, name: &'static str) -> impl FnOnce(&mut super::world::World) {
    let separator = separator.to_owned();
    move |world| {
        world.carry("topic.x", name);
        world.replication("replication.orders").naming = Naming::Prefixed { separator };
    }
}

#[test]
fn lw1005_names_that_look_as_if_they_came_from_a_side() {
    let never = |name: &str| {
        format!(
            "LW1005 error topic.x: MirrorMaker takes {name} for a copy of shanghai's own and never mirrors it there"
        )
    };
    let back =
        "LW1005 warning topic.x: after a failover MirrorMaker would not mirror hangzhou.x back to hangzhou";
    says(prefixed(".", "shanghai.x"), &[&never("shanghai.x")]);
    says(prefixed(".", "eu.shanghai.x"), &[&never("eu.shanghai.x")]);
    says(prefixed("-", "shanghai-x"), &[&never("shanghai-x")]);
    says(prefixed(".", "hangzhou.x"), &[back]);
    says(prefixed(".", "x.shanghai"), &[]);
    says(prefixed(".", "shanghai-x"), &[]);
    says(prefixed("", "shanghai.x"), &[]);
    says(|world| world.carry("topic.x", "shanghai.x"), &[]);
}

#[test]
fn lw1006_patterns_that_only_java_reads() {
    says(
        |world| {
            let flow = world.replication("replication.orders");
            flow.topics.push(Selector("(?!tmp).*".into()));
            flow.groups.push(Selector("(a".into()));
        },
        &[
            r#"LW1006 warning replication.orders: leeward can't tell what "(?!tmp).*" in topics covers"#,
            r#"LW1006 warning replication.orders: leeward can't tell what "(a" in groups covers"#,
        ],
    );
}

fn covers_all(world: &mut super::world::World) {
    world.replication("replication.orders").topics = selectors(&[".*"]);
}

#[test]
fn lw1007_topics_that_only_a_pattern_brings_in() {
    // What is declared, internal, a heartbeat or excluded is not worth a word.
    says(covers_all, &[]);
    says(
        |world| {
            covers_all(world);
            world.facts("cluster.hangzhou").topics.as_mut().unwrap().insert("refunds".into());
        },
        &["LW1007 info replication.orders: 1 topic on hangzhou by pattern only: refunds"],
    );
    says(
        |world| {
            covers_all(world);
            let topics = world.facts("cluster.hangzhou").topics.as_mut().unwrap();
            topics.extend((0..8).map(|n| format!("t{n}")));
            topics.insert("x.replica".into());
            world.replication("replication.orders").topics_exclude = selectors(&["t0"]);
        },
        &[
            "LW1007 info replication.orders: 7 topics on hangzhou by pattern only: t1, t2, t3, t4, t5 and 2 more",
        ],
    );
    says(
        |world| {
            covers_all(world);
            world.facts("cluster.hangzhou").topics = None;
        },
        &[],
    );
}

#[test]
fn lw1008_names_that_no_block_declares() {
    let names = |world: &mut super::world::World| {
        world.replication("replication.orders").topics.push(Selector("order".into()));
    };
    says(
        names,
        &["LW1008 warning replication.orders: order is neither declared for pair.orders nor on hangzhou"],
    );
    says(
        |world| {
            names(world);
            world.facts("cluster.hangzhou").topics.as_mut().unwrap().insert("order".into());
        },
        &["LW1008 warning replication.orders: order is on hangzhou but not declared for pair.orders"],
    );
    says(
        |world| {
            names(world);
            world.facts("cluster.hangzhou").topics = None;
        },
        &["LW1008 warning replication.orders: order is not declared for pair.orders"],
    );
    says(
        |world| {
            names(world);
            world.replication("replication.orders").topics_exclude = selectors(&["order"]);
        },
        &[],
    );
}

#[test]
fn lw1009_topics_that_stay_behind() {
    says(
        |world| drop(world.replication("replication.orders").topics.pop()),
        &["LW1009 warning topic.payments: no replication of pair.orders carries payments.card"],
    );
    says(
        |world| world.forget("replication.orders"),
        &["LW1009 warning pair.orders: nothing replicates its 2 topics: orders, payments.card"],
    );
    says(
        |world| {
            world.replication("replication.orders").topics.pop();
            world.declare("replication.rest", &[], Resource::Replication(replication(&["payments\\..*"])));
        },
        &[],
    );
}

#[test]
fn lw1010_replications_that_carry_nothing() {
    let nothing = "LW1010 warning replication.typo: it covers no topic, declared or on hangzhou";
    let declares = |pattern: &'static str| {
        move |world: &mut super::world::World| {
            world.declare("replication.typo", &[], Resource::Replication(replication(&[pattern])));
        }
    };
    says(declares("payment\\..*"), &[nothing]);
    says(|world| world.declare("replication.typo", &[], Resource::Replication(replication(&[]))), &[nothing]);
    // A pattern may yet match something on a cluster that could not be read.
    says(
        |world| {
            declares("payment\\..*")(world);
            world.facts("cluster.hangzhou").topics = None;
        },
        &[],
    );
}

#[test]
fn lw1011_two_blocks_for_one_thing() {
    says(
        |world| world.carry("topic.twin", "orders"),
        &[
            "LW1011 error topic.twin: topic orders on hangzhou is topic.orders already; what this block says of it is lost",
        ],
    );
    says(
        |world| {
            world.declare("dns_record.twin", &[], Resource::DnsRecord(record("kafka.example.com.", "x.")))
        },
        &[
            "LW1011 error dns_record.twin: kafka.example.com. CNAME on main is dns_record.bootstrap already; what this \
           block says of it is lost",
        ],
    );
}

#[test]
fn lw1011_two_replications_of_one_name() {
    says(
        |world| {
            world.replication("replication.orders").topics.pop();
            let at = "module.eu.replication.orders";
            world.declare(at, &[], Resource::Replication(replication(&["payments.card"])));
        },
        &[
            "LW1011 error module.eu.replication.orders: connector orders-hangzhou-shanghai-source on shanghai is \
           replication.orders already; what this block says of it is lost",
        ],
    );
}

#[test]
fn a_finding_says_where_and_what_to_do() {
    let mut world = sound();
    world.carry("topic.x", "a-internal");
    world.declare("dns_record.other", &[], Resource::DnsRecord(record("x.example.com.", "y.")));
    let findings = world.findings();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].position.as_ref().unwrap().to_string(), "estate.hcl:1");
    assert_eq!(
        findings[0].help.as_deref(),
        Some("rename it: a name must not end with .internal or -internal")
    );
    assert_eq!(findings[0].ignored, None);
}
