//! The provider that fails, hangs and dies on demand.

use crate::estate::sample::{address, estate};
use crate::provider::contract::topic;
use leeward::estate::{Change, Evidence, Object, ObjectId, Outcome, Query, Reading, Side, Task, Verb};
use leeward::provider::{Faulty, Memory, Moment, Provider, Trouble};
use std::collections::BTreeMap;
use std::sync::Arc;

fn create(name: &str) -> Change {
    let id = ObjectId::topic(&address("cluster.hangzhou"), name);
    Change { id, verb: Verb::Create(Object::Topic(topic(1, &[]))) }
}

fn names(memory: &Memory) -> Vec<String> {
    let world = memory.world();
    let mut names: Vec<String> =
        world.clusters[&address("cluster.hangzhou")].topics.keys().cloned().collect();
    names.sort();
    names
}

fn faulty(call: usize, trouble: Trouble) -> (Arc<Memory>, Faulty) {
    let memory = Arc::new(Memory::of(&estate(Side::Primary)));
    let faulty = Faulty::new(memory.clone()).at(call, trouble);
    (memory, faulty)
}

/// Waits for an answer that may never come: whether it came, or the process died, or hangs.
async fn ask<T>(faulty: &Faulty, answer: impl Future<Output = T>) -> Result<T, &'static str> {
    tokio::select! {
        biased;
        answer = answer => Ok(answer),
        () = faulty.died() => Err("died"),
        () = std::future::ready(()) => Err("hangs"),
    }
}

#[tokio::test]
async fn calls_are_counted_together_and_only_the_nth_is_in_trouble() {
    let (memory, faulty) = faulty(2, Trouble::Fail);
    let query = [Query::Ends { cluster: address("cluster.hangzhou"), topic: "none".into() }];
    assert_eq!(faulty.read(&query).await, [Reading::Absent]);
    assert!(matches!(faulty.change(&[create("a")]).await[..], [Outcome::Failed(_)]));
    assert_eq!(names(&memory), Vec::<String>::new());
    assert_eq!(faulty.change(&[create("a")]).await, [Outcome::Done(())]);
    let wait = Task::AwaitTopics {
        cluster: address("cluster.hangzhou"),
        topics: BTreeMap::from([("a".to_owned(), 1)]),
    };
    assert_eq!(faulty.perform(&wait).await, Outcome::Done(Evidence::Nothing));
    assert_eq!(faulty.calls(), 4);
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_the_change_is_made() {
    let (memory, faulty) = faulty(1, Trouble::LoseAnswer);
    assert!(matches!(faulty.change(&[create("a")]).await[..], [Outcome::Unknown(_)]));
    assert_eq!(names(&memory), ["a"]);
}

#[tokio::test]
async fn a_hanging_call_never_answers_and_later_ones_do() {
    let (memory, faulty) = faulty(1, Trouble::Hang);
    let changes = [create("a")];
    assert_eq!(ask(&faulty, faulty.change(&changes)).await, Err("hangs"));
    assert_eq!(names(&memory), Vec::<String>::new());
    assert_eq!(faulty.change(&changes).await, [Outcome::Done(())]);
}

#[tokio::test]
async fn death_comes_before_midway_or_after() {
    for (moment, left) in [
        (Moment::Before, vec![]),
        (Moment::Midway, vec!["a", "b"]),
        (Moment::After, vec!["a", "b", "c", "d"]),
    ] {
        let (memory, faulty) = faulty(1, Trouble::Die(moment));
        let changes = ["a", "b", "c", "d"].map(create);
        assert_eq!(ask(&faulty, faulty.change(&changes)).await, Err("died"), "{moment:?}");
        assert_eq!(names(&memory), left, "{moment:?}");
        let query = [Query::Ends { cluster: address("cluster.hangzhou"), topic: "a".into() }];
        assert_eq!(ask(&faulty, faulty.read(&query)).await, Err("died"), "nothing comes from the dead");
        assert_eq!(faulty.calls(), 1);
    }
}
