use super::world::{World, address, says, writer};
use leeward::estate::{Binding, Home, Mechanism, On, Pattern, Permission, Protocol, Resource, Secret, Tls};
use std::collections::BTreeSet;

const NOBODY: &str = "LW1501 warning pair.orders: after a failover nobody may write to 2 topics on shanghai: orders, \
                      payments.card";

fn bindings(bindings: Vec<Binding>) -> impl FnOnce(&mut World) {
    move |world| world.access("access.writers").bindings = bindings.into_iter().collect()
}

#[test]
fn lw1501_topics_that_nobody_may_write_to() {
    let literal = |name| writer(Pattern::Literal, name);
    let one =
        "LW1501 warning pair.orders: after a failover nobody may write to 1 topic on shanghai: payments.card";
    says(bindings(vec![]), &[NOBODY]);
    says(bindings(vec![literal("orders")]), &[one]);
    says(bindings(vec![literal("orders"), literal("payments.card")]), &[]);
    says(bindings(vec![literal("orders"), writer(Pattern::Prefixed, "payments.")]), &[]);
    says(bindings(vec![literal("*")]), &[]);
    says(bindings(vec![Binding { operation: "ALL".into(), ..literal("*") }]), &[]);
    says(bindings(vec![Binding { operation: "READ".into(), ..literal("*") }]), &[NOBODY]);
    says(bindings(vec![Binding { permission: Permission::Deny, ..literal("*") }]), &[NOBODY]);
}

#[test]
fn lw1501_grants_on_the_standby_alone_count_only_for_its_cluster() {
    // Grants on the standby leave it in the very failover that they would be needed after.
    says(
        |world| world.access("access.writers").on = On::Standby,
        &[NOBODY, "LW1502 warning access.writers: User:orders-app may write to the standby of pair.orders"],
    );
    says(|world| world.access("access.writers").home = Home::Cluster(address("cluster.shanghai")), &[]);
    says(|world| world.access("access.writers").home = Home::Cluster(address("cluster.hangzhou")), &[NOBODY]);
}

#[test]
fn lw1501_is_milder_where_no_access_is_declared() {
    says(|world| world.forget("access.writers"), &[&NOBODY.replace("warning", "info")]);
    says(
        |world| {
            world.forget("access.writers");
            for cluster in ["cluster.hangzhou", "cluster.shanghai"] {
                world.cluster(cluster).security.sasl = None;
            }
        },
        &[],
    );
    says(
        |world| {
            world.forget("access.writers");
            for cluster in ["cluster.hangzhou", "cluster.shanghai"] {
                world.cluster(cluster).security.sasl = None;
                world.cluster(cluster).security.tls =
                    Tls { certificate: Some("PEM".into()), ..Tls::default() };
            }
        },
        &[&NOBODY.replace("warning", "info")],
    );
}

#[test]
fn lw1502_writers_that_are_let_into_the_copy() {
    says(
        |world| world.access("access.writers").on = On::Both,
        &["LW1502 warning access.writers: User:orders-app may write to the standby of pair.orders"],
    );
}

#[test]
fn lw1502_does_not_mean_readers_or_the_mirror_itself() {
    let add = |binding: Binding| {
        move |world: &mut World| {
            let mut access = world.access("access.writers").clone();
            access.on = On::Both;
            access.bindings = BTreeSet::from([binding]);
            world.declare("access.both", &["pair.orders"], Resource::Access(access));
        }
    };
    says(add(Binding { operation: "READ".into(), ..writer(Pattern::Prefixed, "") }), &[]);
    says(add(Binding { principal: "User:leeward".into(), ..writer(Pattern::Prefixed, "") }), &[]);
}

#[test]
fn lw1503_secrets_in_clear() {
    says(
        |world| {
            let clear = &mut world.estate.clear_secrets;
            clear.push((address("cluster.hangzhou"), "security.password".into()));
            clear.push((address("cluster.gone"), "security.password".into()));
        },
        &["LW1503 warning cluster.hangzhou: security.password is written in clear"],
    );
}

#[test]
fn lw1504_sasl_without_tls() {
    let open = |mechanism| {
        move |world: &mut World| {
            let security = &mut world.cluster("cluster.hangzhou").security;
            security.protocol = Protocol::SaslPlaintext;
            security.sasl.as_mut().unwrap().mechanism = mechanism;
        }
    };
    says(
        open(Mechanism::Plain),
        &["LW1504 warning cluster.hangzhou: the password and all records travel in clear"],
    );
    says(open(Mechanism::ScramSha256), &["LW1504 warning cluster.hangzhou: all records travel in clear"]);
}

#[test]
fn lw1505_passwords_that_connect_keeps() {
    let plain = |world: &mut World| {
        world.cluster("cluster.hangzhou").security.sasl.as_mut().unwrap().password_in_connect = None;
    };
    let kept = "LW1505 info cluster.hangzhou: Connect is sent its password and keeps it in clear in its config topic";
    says(plain, &[kept]);
    says(
        |world| {
            plain(world);
            world.forget("replication.orders");
        },
        &["LW1009 warning pair.orders: nothing replicates its 2 topics: orders, payments.card"],
    );
}

#[test]
fn no_finding_shows_a_secret() {
    let mut world = super::world::sound();
    let sasl = world.cluster("cluster.hangzhou").security.sasl.as_mut().unwrap();
    sasl.password = Secret::new("correct horse");
    sasl.password_in_connect = None;
    world.estate.clear_secrets.push((address("cluster.hangzhou"), "security.password".into()));
    let findings = serde_json::to_string(&world.findings()).unwrap();
    assert!(findings.contains("LW1503") && !findings.contains("correct horse"));
}
