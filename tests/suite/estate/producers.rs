//! What is said of producers.

use jiff::Timestamp;
use leeward::estate::{ProducerAt, Producers};

fn producer(partition: i32, id: i64, last: Option<i64>, open: Option<i64>) -> ProducerAt {
    ProducerAt { topic: "orders".into(), partition, id, last, open }
}

#[test]
fn who_wrote_last_and_who_holds_a_transaction_open_is_told() {
    let now = Timestamp::from_millisecond(100_000).unwrap();
    let nobody = Producers::default();
    assert_eq!((nobody.since(now), nobody.last(), nobody.open()), (None, None, None));
    // Their records were deleted.
    let gone = Producers { producers: vec![producer(0, 7, None, None)] };
    assert_eq!((gone.since(now), gone.last(), gone.open()), (None, None, None));

    let producers = vec![
        producer(0, 7, Some(90_000), Some(12)),
        producer(1, 7, Some(97_500), None),
        producer(1, 9, Some(50_000), Some(40)),
    ];
    let some = Producers { producers };
    assert_eq!(some.since(now).unwrap(), "the last of 2 known producers wrote 2.5 s before");
    assert_eq!(some.last().unwrap(), "the last known to write is producer 7, in orders-1");
    assert_eq!(
        some.open().unwrap(),
        "producer 7 has a transaction open in orders-0 from offset 12 on, 1 more beside it"
    );
    // A producer's clock may be ahead.
    let ahead = Producers { producers: vec![producer(0, 7, Some(200_000), None)] };
    assert_eq!(ahead.since(now).unwrap(), "the one known producer wrote 0.0 s before");
}
