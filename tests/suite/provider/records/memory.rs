//! What only the records in memory can show.

use super::ground::Ground;
use leeward::estate::{Fault, FaultKind};
use leeward::provider::records::{Scan, TimestampKind};

#[tokio::test]
async fn a_place_that_is_cut_off_gives_its_fault() {
    let ground = Ground::memory();
    let memory = ground.memory.as_ref().unwrap();
    let fault = Fault::new(FaultKind::Timeout, "the sea is in between");
    memory.cut(&ground.cluster, fault.clone());
    assert_eq!(ground.records.scan(&Scan::topics(&ground.cluster, ["t"])).await.err(), Some(fault.clone()));
    assert_eq!(ground.records.producer(&ground.cluster, None).await.err(), Some(fault));
    memory.heal(&ground.cluster);
    assert!(ground.records.scan(&Scan::topics(&ground.cluster, ["t"])).await.is_ok());
}

#[tokio::test]
async fn compaction_and_retention_leave_gaps() {
    let ground = Ground::memory();
    let topic = ground.topic("gaps", 1).await;
    ground.fill(&topic, 0, 0..10).await;
    ground.memory.as_ref().unwrap().edit(|world| {
        let topic = world.clusters.get_mut(&ground.cluster).unwrap().topics.get_mut(&topic).unwrap();
        topic.partitions[0].start = 4;
        topic.records.get_mut(&0).unwrap().retain(|record| record.offset >= 4 && record.offset % 2 == 0);
        topic.config.insert("message.timestamp.type".into(), "LogAppendTime".into());
    });
    let mut scanning = ground.records.scan(&Scan::topics(&ground.cluster, [&*topic])).await.unwrap();
    let mut seen = Vec::new();
    let see = |record: &leeward::provider::records::Record<'_>| {
        assert_eq!(record.timestamp.unwrap().kind, TimestampKind::Append);
        seen.push(record.offset);
    };
    scanning.each(see).await.unwrap();
    assert_eq!(seen, [4, 6, 8]);
    assert_eq!(scanning.progress().passed, 6, "offsets without a record are passed too");
}
