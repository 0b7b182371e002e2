//! Hooks, called as a run calls them.

mod exec;
mod kept;
mod webhook;

use crate::estate::sample::{address, cluster, declare};
use leeward::estate::{
    Application, Call, Estate, Evidence, Fault, Fence, FenceMethod, Hook, Occasion, Outcome, Pair, Resource,
    Secret, Side, Task, Variable,
};
use leeward::provider::{Live, Provider};
use std::time::Duration;

/// What `sh` does, with a secret in its environment.
pub fn shell(script: &str) -> Call {
    exec(&["sh", "-c", script])
}

pub fn exec(command: &[&str]) -> Call {
    let environment = [
        ("TOKEN".to_owned(), Variable::Secret(Secret::new("s3cr3t-token"))),
        ("PLAIN".to_owned(), Variable::Plain("plain-value".into())),
    ];
    let command = command.iter().map(|&word| word.to_owned()).collect();
    Call::Exec { command, environment: environment.into() }
}

pub fn webhook(url: &str) -> Call {
    Call::Webhook { url: Secret::new(url) }
}

/// An estate in which `call` stops `application.billing` and is `fence.orders`; nothing starts the application.
pub fn estate(call: Call) -> Estate {
    let mut estate = Estate::default();
    let mut shanghai = cluster("sh-1:9092");
    shanghai.bootstrap.push("sh-2:9092".into());
    shanghai.endpoint = Some("kafka-sh.internal".into());
    declare(&mut estate, "cluster.hangzhou", &[], Resource::Cluster(cluster("hz:9092")));
    declare(&mut estate, "cluster.shanghai", &[], Resource::Cluster(shanghai));
    let (primary, secondary) = (address("cluster.hangzhou"), address("cluster.shanghai"));
    let pair = Pair { primary, secondary, active: Side::Primary, endpoints: Vec::new() };
    declare(&mut estate, "pair.orders", &[], Resource::Pair(pair));
    let hook = Hook { call, timeout: Duration::from_secs(1) };
    let application =
        Application { groups: vec!["billing".into()], stop: Some(hook.clone()), start: None, drill: None };
    declare(&mut estate, "application.billing", &[], Resource::Application(application));
    let lift = Some(hook.clone());
    let fence = Fence { pair: address("pair.orders"), method: FenceMethod::Hook(hook), lift };
    declare(&mut estate, "fence.orders", &[], Resource::Fence(fence));
    estate
}

pub fn task(owner: &str, occasion: Occasion, seconds: u64) -> Task {
    let (pair, cluster) = (Some(address("pair.orders")), Some(address("cluster.shanghai")));
    Task::Call { owner: address(owner), occasion, seconds, pair, cluster }
}

/// What came of stopping the application.
pub async fn stopped(call: Call, seconds: u64) -> Result<(i32, String), Fault> {
    let world = Live::new(&estate(call));
    match world.perform(&task("application.billing", Occasion::Stop, seconds)).await {
        Outcome::Done(Evidence::Answer { code, output }) => Ok((code, output)),
        Outcome::Failed(fault) => Err(fault),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_fence_is_a_hook_too_and_what_is_not_declared_is_refused() {
    let world = Live::new(&estate(shell("echo $LEEWARD_OCCASION $LEEWARD_OWNER")));
    let fenced = world.perform(&task("fence.orders", Occasion::Fence, 60)).await;
    let output = "fence fence.orders".to_owned();
    assert_eq!(fenced, Outcome::Done(Evidence::Answer { code: 0, output }));
    let lifted = world.perform(&task("fence.orders", Occasion::Lift, 60)).await;
    let output = "lift fence.orders".to_owned();
    assert_eq!(lifted, Outcome::Done(Evidence::Answer { code: 0, output }));
    let refused = world.perform(&task("application.billing", Occasion::Start, 60)).await;
    let Outcome::Failed(fault) = refused else { panic!("{refused:?}") };
    assert_eq!(
        fault.to_string(),
        "application.billing declares nothing to call for start (give it a block `start { exec = […] }`, or make a \
         new plan)"
    );
}
