//! Kafka: topics, grants, ends and facts, over the admin plane of krafka.

mod acl;
mod asked;
mod binding;
mod broker;
mod change;
mod client;
mod coordinated;
mod difference;
mod fault;
mod frame;
mod groups;
mod perform;
mod producers;
mod reached;
mod read;
mod relay;
mod send;
mod shown;

pub use client::Kafka;

pub(super) use asked::count_reads;
pub(super) use binding::knows_operation;
pub(super) use difference::setting_changes;
pub(super) use fault::{group_has_members, security_disabled};
pub(super) use read::grants_reading;
