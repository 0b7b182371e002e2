//! That reading is a stream: many records, little memory. Figures are printed, never asserted.

use super::ground::Ground;
use leeward::provider::records::{NewRecord, Scan};
use std::time::Instant;

#[tokio::test]
async fn a_hundred_thousand_small_records_are_read_in_one_go() {
    let Some(ground) = Ground::plain() else { return };
    let topic = ground.topic("many", 1).await;
    let mut producer = ground.records.producer(&ground.cluster, None).await.unwrap();
    let keys: Vec<[u8; 4]> = (0u32..100_000).map(u32::to_be_bytes).collect();
    let records: Vec<NewRecord<'_>> =
        keys.iter().map(|key| NewRecord::new(&topic, Some(key), Some(&[7; 16]))).collect();
    let begun = Instant::now();
    producer.send(&records).await.unwrap();
    eprintln!("100,000 records produced in {:?}", begun.elapsed());
    for _ in 0..3 {
        let begun = Instant::now();
        let mut scanning = ground.records.scan(&Scan::topics(&ground.cluster, [&*topic])).await.unwrap();
        let found = begun.elapsed();
        let mut next = 0u32;
        scanning
            .each(|record| {
                assert_eq!(record.key, Some(&next.to_be_bytes()[..]));
                next += 1;
            })
            .await
            .unwrap();
        assert_eq!(next, 100_000);
        eprintln!("100,000 records read in {:?}, of which {found:?} to find them", begun.elapsed());
    }
}
