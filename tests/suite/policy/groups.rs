use super::world::{World, address, says, selectors};
use leeward::estate::{Application, Resource};

fn groups(texts: &'static [&'static str]) -> impl Fn(&mut World) {
    move |world| world.replication("replication.orders").groups = selectors(texts)
}

#[test]
fn lw1101_every_group() {
    let wide =
        |text: &str| format!("LW1101 warning replication.orders: {text:?} covers every group on hangzhou");
    let sink = "LW1102 warning replication.orders: MirrorMaker excludes group connect-s3-sink: it would start over on \
                shanghai";
    says(groups(&[".*"]), &[&wide(".*"), sink]);
    says(groups(&["billing", ".+"]), &[&wide(".+"), sink]);
    says(groups(&["billing.*"]), &[]);
}

#[test]
fn lw1102_groups_that_mirror_maker_excludes() {
    for group in ["connect-s3-sink", "console-consumer-1", "__x"] {
        let expected = format!(
            "LW1102 warning replication.orders: MirrorMaker excludes group {group}: it would start over on shanghai"
        );
        says(
            |world| world.replication("replication.orders").groups = selectors(&["billing", group]),
            &[&expected],
        );
    }
    says(groups(&["connector", "my-connect-s3"]), &[]);
}

#[test]
fn lw1102_groups_that_a_pattern_covers_are_looked_for_in_the_world() {
    let expected = "LW1102 warning replication.orders: MirrorMaker excludes group connect-s3-sink: it would start over \
                    on shanghai";
    says(groups(&["c.*"]), &[expected]);
    says(
        |world| {
            groups(&["c.*"])(world);
            world.facts("cluster.hangzhou").groups = None;
        },
        &[],
    );
}

#[test]
fn lw1102_is_silent_where_the_exclusion_is_set() {
    says(
        |world| {
            groups(&["connect-s3-sink"])(world);
            let config = &mut world.replication("replication.orders").mirror_maker.config;
            config.insert("groups.exclude".into(), "console-consumer-.*,__.*".into());
        },
        &[],
    );
}

#[test]
fn lw1103_no_groups_at_all() {
    says(
        groups(&[]),
        &[
            "LW1103 info replication.orders: it carries no consumer group: all of them would start over after a failover",
        ],
    );
}

#[test]
fn lw1104_groups_of_applications_that_move() {
    let declare = |groups: &[&str]| {
        let groups = groups.iter().map(ToString::to_string).collect();
        move |world: &mut World| {
            world.declare(
                "application.shop",
                &[],
                Resource::Application(Application { groups, stop: None, start: None, drill: None }),
            );
            world.policy("failover_policy.orders").applications = vec![address("application.shop")];
        }
    };
    says(
        declare(&["billing", "shop"]),
        &["LW1104 warning application.shop: no replication of pair.orders carries its group shop"],
    );
    says(declare(&["billing"]), &[]);
    says(
        |world| {
            declare(&["shop"])(world);
            world.policy("failover_policy.orders").applications = Vec::new();
        },
        &[],
    );
}
