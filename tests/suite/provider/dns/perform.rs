//! Waiting until every authority shows a change.

use super::estate::{Ask, BOOTSTRAP, await_propagation, update, updates};
use crate::servers::bind::Bind;
use crate::servers::knot::authorities;
use crate::servers::port;
use leeward::estate::{Evidence, FaultKind, Outcome, RecordType, Task};

const EAST: &str = "east.example.test.";
const WEST: &str = "west.example.test.";

#[tokio::test]
async fn a_change_is_awaited_on_the_secondary() {
    let (bind, knot) = authorities("");
    let place = updates(bind.server(), &[bind.server(), knot.server()]);
    let changed = place.make(&[update(BOOTSTRAP, RecordType::Cname, &[EAST], &[WEST])]).await;
    assert_eq!(changed, [Outcome::Done(())]);
    let outcome = place.perform(&await_propagation(BOOTSTRAP, RecordType::Cname, &[WEST])).await;
    let Outcome::Done(Evidence::Seen(seen)) = outcome else { panic!("{outcome:?}") };
    let expected =
        format!("west.example.test. (TTL 30 s) on 2 authorities ({}, {})", bind.server(), knot.server());
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn an_authority_that_lags_or_is_dead_is_named_when_the_wait_is_over() {
    let bind = Bind::start();
    let dead = port::free("127.0.0.1").to_string();
    let place = updates(bind.server(), &[bind.server(), dead.clone()]);
    let outcome = place.perform(&await_propagation(BOOTSTRAP, RecordType::Cname, &[WEST])).await;
    let Outcome::Failed(fault) = outcome else { panic!("{outcome:?}") };
    assert_eq!(fault.kind, FaultKind::Timeout);
    assert!(fault.message.starts_with("bootstrap.example.test. CNAME does not show everywhere after "));
    let lags = format!("{} answers east.example.test. (TTL 30 s)", bind.server());
    assert!(fault.message.contains(&lags), "{fault}");
    assert!(fault.message.contains(&format!("{dead} can't be reached")), "{fault}");
}

#[tokio::test]
async fn without_authorities_the_service_itself_is_asked() {
    let bind = Bind::start();
    let outcome = updates(bind.server(), &[])
        .perform(&await_propagation(BOOTSTRAP, RecordType::Cname, &["East.example.test"]))
        .await;
    assert!(matches!(outcome, Outcome::Done(Evidence::Seen(_))), "{outcome:?}");
}

#[tokio::test]
async fn another_task_is_not_for_dns() {
    let place = updates("127.0.0.1:1".to_owned(), &[]);
    let outcome = place.perform(&Task::Approve { name: "cutover".to_owned(), seconds: None }).await;
    assert!(matches!(&outcome, Outcome::Failed(fault) if fault.kind == FaultKind::Invalid), "{outcome:?}");
}
