//! A program of the user's is the fence: here one that denies the application its writes by Kafka's own tool.

use super::super::access::write;
use super::super::estate::Estate;
use super::super::sasl_sandbox;
use super::planned::{accounted, back, there};
use super::{ESTATE, Story, by_name};
use leeward::sandbox::Sandbox;
use rdkafka::error::RDKafkaErrorCode;
use std::sync::Arc;

const FENCE: &str = r#"
access "clients" {
  pair       = pair.main
  on         = "both"
  principals = ["User:${var.application_username}"]
  topics     = [topic.orders.name]
  groups     = ["billing-TAG"]
  operations = ["READ"]
}

access "writers" {
  pair       = pair.main
  on         = "both"
  principals = ["User:${var.application_username}"]
  topics     = [topic.orders.name]
  operations = ["WRITE"]
}

fence "main" {
  pair = pair.main
  exec = ["sh", "fence.sh"]
  lift {
    exec = ["sh", "fence.sh"]
  }
}
"#;

/// A denial is stronger than any grant, and does not hold for Connect, which has to write to the fenced side.
const SCRIPT: &str = r#"set -eu
side=${LEEWARD_ENDPOINT#kafka-}
side=${side%%.*}
case $LEEWARD_OCCASION in
fence) verb=--add ;;
lift) verb=--remove ;;
esac
"LEEWARD" sandbox --dir "SANDBOX" kafka "$side" kafka-acls "$verb" --force \
    --deny-principal "User:APPLICATION" --operation Write --topic orders-TAG >/dev/null
echo "$LEEWARD_OCCASION $side" | tee -a calls
"#;

#[test]
fn a_program_keeps_writers_off_the_old_side_and_lets_them_come_back() {
    let Some(sandbox) = sasl_sandbox() else { return };
    let estate = Estate::new(&sandbox);
    let probed = sandbox.clone();
    let script = SCRIPT
        .replace("SANDBOX", sandbox.dir().to_str().unwrap())
        .replace("APPLICATION", &sandbox.layout().sasl.as_ref().unwrap().application.name)
        .replace("\"LEEWARD\"", &format!("\"{}\"", env!("CARGO_BIN_EXE_leeward")));
    estate.write("fence.sh", &script);
    let as_application =
        |sandbox: &Arc<Sandbox>, estate: &Estate| by_name(&Arc::new(sandbox.as_application()), estate);
    let story = Story::told(sandbox, estate, &ESTATE.replace("FENCE", FENCE), None, as_application);
    let may = |cluster: &str| write(&probed, cluster, &story.topic);
    let refused = Err(RDKafkaErrorCode::TopicAuthorizationFailed);
    there(&story);
    assert_eq!([may("hangzhou"), may("shanghai")], [refused, Ok(())]);
    back(&story);
    assert_eq!([may("hangzhou"), may("shanghai")], [Ok(()), refused]);
    let calls = std::fs::read_to_string(story.estate.path().join("calls")).unwrap();
    assert_eq!(calls, "fence hangzhou\nlift shanghai\nfence shanghai\nlift hangzhou\n");
    accounted("planned, fenced by a hook", story);
}
