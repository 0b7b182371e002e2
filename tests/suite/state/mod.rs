mod edit;
mod file;
mod local;
mod lock;

use leeward::estate::{
    Address, Kind, Object, ObjectId, OnRemove, Owned, PartitionEnds, Start, TopicObject, TopicSetting,
};
use leeward::state::{OutputState, PairState, State};

/// A topic that is owned.
pub fn owned(cluster: &str, name: &str) -> Owned {
    let config = [("retention.ms", "1000"), ("cleanup.policy", "delete")];
    let topic = TopicObject {
        incarnation: Some("XtGyaFbOQtmh7JOnGeQbaQ".into()),
        partitions: 3,
        replication_factor: 1,
        config: config.map(|(key, value)| (key.to_owned(), TopicSetting::Own(value.to_owned()))).into(),
    };
    let id = ObjectId::topic(&Address::new(Kind::Cluster, cluster), name);
    Owned::of(&id, &Object::Topic(topic), OnRemove::Forget)
}

/// A state with something of everything.
pub fn sample() -> State {
    let address = |text: &str| text.parse::<Address>().unwrap();
    let ends = |start| PartitionEnds { start, end: start + 5 };
    let start = Start {
        topic: "orders".into(),
        partition: 0,
        source: ends(3),
        target: ends(0),
        continues: false,
        at: None,
    };
    let mut state = State::new("1c5e");
    state.serial = 7;
    state.pairs.insert(address("pair.orders"), PairState { epoch: 2, ..PairState::default() });
    for (text, name) in [("topic.orders", "orders"), ("topic.many[\"a\"]", "a"), ("topic.many[\"b\"]", "b")] {
        let both = ["hangzhou", "shanghai"].map(|cluster| owned(cluster, name));
        state.resources.insert(address(text), both.into());
    }
    state.starts.insert(address("replication.orders"), vec![start]);
    state.outputs.insert("shown".into(), OutputState::Plain(serde_json::json!({ "a": [1, true] })));
    state.outputs.insert("hidden".into(), OutputState::Sensitive);
    state
}
