//! With an authorizer the right to write is the fence: it moves with the pair.

use super::super::access::write;
use super::super::estate::Estate;
use super::super::{hand::until, sasl_sandbox};
use super::planned::{accounted, back, there};
use super::{ESTATE, Story, by_name};
use leeward::sandbox::Sandbox;
use rdkafka::error::RDKafkaErrorCode;
use std::sync::Arc;

const FENCE: &str = r#"
access "writers" {
  pair       = pair.main
  on         = "active"
  principals = ["User:${var.application_username}"]
  topics     = [topic.orders.name]
  operations = ["WRITE"]
}

access "readers" {
  pair       = pair.main
  on         = "both"
  principals = ["User:${var.application_username}"]
  topics     = [topic.orders.name]
  groups     = ["billing-TAG"]
  operations = ["READ"]
}

fence "main" {
  pair   = pair.main
  method = "access"
}
"#;

#[test]
fn the_right_to_write_moves_and_the_old_side_refuses() {
    let Some(sandbox) = sasl_sandbox() else { return };
    let estate = Estate::new(&sandbox);
    let probed = sandbox.clone();
    let text = ESTATE.replace("FENCE", FENCE);
    let as_application =
        |sandbox: &Arc<Sandbox>, estate: &Estate| by_name(&Arc::new(sandbox.as_application()), estate);
    let story = Story::told(sandbox, estate, &text, None, as_application);
    let may = |cluster: &str| write(&probed, cluster, &story.topic);
    let refused = Err(RDKafkaErrorCode::TopicAuthorizationFailed);
    assert_eq!(may("shanghai"), refused);
    there(&story);
    assert_eq!(may("hangzhou"), refused);
    until("the right to write", || may("shanghai"), Result::is_ok);
    back(&story);
    assert_eq!(may("shanghai"), refused);
    accounted("planned, fenced by grants", story);
}
