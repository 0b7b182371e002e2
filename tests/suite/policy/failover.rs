use super::world::{World, says};
use leeward::estate::{Call, FenceMethod, Hook, On};
use std::time::Duration;

#[test]
fn lw1601_pairs_without_a_policy() {
    says(
        |world| world.forget("failover_policy.orders"),
        &[
            "LW1601 info pair.orders: it has no failover policy: objectives, guards and approvals are not known",
        ],
    );
}

fn method(method: FenceMethod) -> impl FnOnce(&mut World) {
    move |world| world.fence("fence.orders").method = method
}

const NO_FENCE: &str =
    "LW1602 warning fence.orders: its fence is none: clients that stay may go on writing to the old side";

#[test]
fn lw1602_fences_that_keep_nobody_out() {
    let hook = Hook {
        call: Call::Webhook { url: leeward::estate::Secret::new("https://gate.internal/close") },
        timeout: Duration::from_secs(5),
    };
    says(method(FenceMethod::None), &[NO_FENCE]);
    says(method(FenceMethod::Hook(hook)), &[]);
    says(method(FenceMethod::Access), &[]);
}

#[test]
fn lw1602_a_fence_by_access_needs_something_to_take_away() {
    says(
        |world| {
            method(FenceMethod::Access)(world);
            world.access("access.writers").on = On::Both;
        },
        &[
            "LW1502 warning access.writers: User:orders-app may write to the standby of pair.orders",
            "LW1602 warning fence.orders: its fence is access, and no access of the pair gives WRITE on the active side \
             only",
        ],
    );
}

#[test]
fn lw1602_a_policy_without_a_fence() {
    let none = |world: &mut World| world.policy("failover_policy.orders").fence = None;
    // The grants of the writers are taken away by the failover itself.
    says(none, &[]);
    says(
        |world| {
            none(world);
            world.access("access.writers").on = On::Both;
        },
        &[
            "LW1502 warning access.writers: User:orders-app may write to the standby of pair.orders",
            "LW1602 warning failover_policy.orders: it has no fence: clients that stay may go on writing to the old side",
        ],
    );
}

#[test]
fn lw1603_one_cluster_on_both_sides() {
    says(
        |world| {
            world.facts("cluster.shanghai").cluster_id = "id-of-hangzhou".into();
            world.worker("connect.shanghai").kafka_cluster_id = "id-of-hangzhou".into();
        },
        &["LW1603 error pair.orders: hangzhou and shanghai are one cluster, id-of-hangzhou"],
    );
}
