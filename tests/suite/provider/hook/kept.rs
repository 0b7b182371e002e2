//! The fake world keeps what was called, and fails as it is told.

use super::task;
use crate::estate::sample::{address, estate};
use leeward::estate::{Evidence, Fault, FaultKind, Occasion, Outcome, Side};
use leeward::provider::memory::Called;
use leeward::provider::{Faulty, Memory, Provider, Trouble};
use std::sync::Arc;

fn called(owner: &str, occasion: Occasion) -> Called {
    Called { owner: address(owner), occasion, cluster: Some(address("cluster.shanghai")) }
}

#[tokio::test]
async fn calls_are_kept_in_order_and_fail_as_told() {
    let memory = Memory::of(&estate(Side::Primary));
    let stop = task("application.billing", Occasion::Stop, 1);
    let start = task("application.billing", Occasion::Start, 1);
    let fault = Fault::new(FaultKind::Internal, "kubectl ended with exit code 1");
    memory.edit(|world| {
        world.failing.insert((address("application.billing"), Occasion::Start), fault.clone());
    });
    let output = "stop billing".to_owned();
    assert_eq!(memory.perform(&stop).await, Outcome::Done(Evidence::Answer { code: 0, output }));
    assert_eq!(memory.perform(&start).await, Outcome::Failed(fault));
    memory.edit(|world| world.failing.clear());
    assert!(matches!(memory.perform(&start).await, Outcome::Done(_)));
    let (stop, start) =
        (called("application.billing", Occasion::Stop), called("application.billing", Occasion::Start));
    assert_eq!(memory.world().called, [stop, start.clone(), start]);
}

#[tokio::test]
async fn trouble_on_the_way_passes_a_call_on_or_not() {
    let stop = task("application.billing", Occasion::Stop, 1);
    for (trouble, calls) in [(Trouble::Fail, 0), (Trouble::LoseAnswer, 1)] {
        let memory = Arc::new(Memory::of(&estate(Side::Primary)));
        let faulty = Faulty::new(memory.clone()).at(1, trouble);
        assert!(!matches!(faulty.perform(&stop).await, Outcome::Done(_)), "{trouble:?}");
        assert_eq!(memory.world().called.len(), calls, "{trouble:?}");
    }
}
