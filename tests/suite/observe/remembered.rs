//! What the state remembers, in the place of a look at the world.

use crate::estate::sample::{address, estate};
use leeward::estate::{Object, ObjectId, OnRemove, Owned, Reading, Side, TopicObject, TopicSetting};
use leeward::observe::{queries, remembered};
use std::collections::BTreeMap;

#[test]
fn what_is_owned_is_as_last_seen_and_the_rest_is_absent() {
    let estate = estate(Side::Primary);
    let id = ObjectId::topic(&address("cluster.hangzhou"), "orders");
    let last = Object::Topic(TopicObject {
        incarnation: Some("AAAAAAAAAAAAAAAAAAAAAQ".into()),
        partitions: 6,
        replication_factor: 3,
        config: BTreeMap::from([("retention.ms".to_owned(), TopicSetting::Own("1000".into()))]),
    });
    let owned = Owned::of(&id, &last, OnRemove::Forget);
    let state = BTreeMap::from([(address("topic.orders"), vec![owned])]);
    let queries = queries(&estate, &state);
    let observed = remembered(&state, &queries);
    assert_eq!(observed.reading(&id), Some(&Reading::Present(last)));
    let other = ObjectId::topic(&address("cluster.shanghai"), "orders");
    assert_eq!(observed.reading(&other), Some(&Reading::Absent));
    assert_eq!(observed.cluster(&address("cluster.hangzhou")), None, "no place was asked");
}
