//! Whether a saved plan still fits.

use super::sample::{Sample, cluster};
use leeward::estate::{ObjectId, TopicSetting};
use leeward::plan::{Plan, basis, stale};

fn moved(sample: &Sample, plan: &Plan) -> Vec<String> {
    let now = basis(&sample.estate, &sample.observed, &sample.state);
    stale(plan, &now, &sample.observed).iter().map(ToString::to_string).collect()
}

fn with_drift() -> Sample {
    let mut sample = Sample::whole().applied();
    sample.topic_on("shanghai", "orders").config.insert("retention.ms".into(), TopicSetting::Own("1".into()));
    sample
}

#[test]
fn a_plan_of_an_unmoved_world_is_fresh() {
    for mut sample in [Sample::whole(), with_drift()] {
        let plan = sample.plan();
        assert_eq!(moved(&sample, &plan), Vec::<String>::new());
        let plan = sample.destroy();
        assert_eq!(moved(&sample, &plan), Vec::<String>::new());
    }
}

#[test]
fn each_thing_that_moved_is_named() {
    let mut sample = with_drift();
    let plan = sample.plan();
    sample.estate.digest = "another".into();
    sample.flip();
    sample.state.serial = 7;
    assert_eq!(
        moved(&sample, &plan),
        [
            "the configuration or a variable has changed",
            "the state was written: serial 1 then, 7 now",
            "pair.orders has changed its roles: epoch 0 then, 1 now",
        ]
    );
    sample.state.lineage = "lineage-2".into();
    assert_eq!(moved(&sample, &plan)[1], "the state is that of another estate");
}

#[test]
fn a_state_that_was_never_written_has_no_lineage_to_hold_a_plan_to() {
    let mut sample = Sample::whole();
    let plan = sample.plan();
    sample.state.lineage = "drawn-anew".into();
    assert_eq!(moved(&sample, &plan), Vec::<String>::new());
    sample.state.serial = 2;
    assert_eq!(moved(&sample, &plan), ["the state was written: serial 0 then, 2 now"]);
}

#[test]
fn a_topic_that_is_another_one_or_gone_or_unread_has_moved() {
    let mut sample = with_drift();
    let plan = sample.plan();
    sample.topic_on("shanghai", "orders").incarnation = Some("theirs".into());
    assert_eq!(moved(&sample, &plan), ["topic.orders: topic orders on shanghai is no longer as it was"]);
    sample.forget_sight_of(&ObjectId::topic(&cluster("shanghai"), "orders"));
    assert_eq!(moved(&sample, &plan), ["topic.orders: topic orders on shanghai is no longer there"]);
    sample.lose("cluster.shanghai");
    assert_eq!(moved(&sample, &plan), ["topic.orders: topic orders on shanghai can't be read now"]);
}

#[test]
fn what_the_plan_does_not_touch_may_move() {
    let mut sample = with_drift();
    let plan = sample.plan();
    sample.topic_on("hangzhou", "payments").partitions = 60;
    sample
        .topic_on("shanghai", "orders")
        .config
        .insert("max.message.bytes".into(), TopicSetting::Own("9".into()));
    assert_eq!(moved(&sample, &plan), Vec::<String>::new());
}
