//! Keeping a tail: from the source into a folder.

use super::index::Gap;
use super::{Count, TailError, Writer};
use crate::provider::records::{Progress, Range, Records, Scan};
use std::collections::HashMap;

/// What an export came to.
#[derive(Debug, Clone)]
pub struct Exported {
    /// What is in it, by part of its manifest.
    pub parts: Vec<Count>,
    /// What retention took away since the tail was found.
    pub gaps: Vec<Gap>,
}

/// Reads what is not in the folder yet, and finishes the export.
///
/// # Errors
/// The source stopped answering, a topic was made anew, or the disk; what was written stays, and the next call goes on
/// behind it.
pub async fn export(
    records: &dyn Records,
    mut writer: Writer,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Exported, TailError> {
    let mut places: HashMap<String, HashMap<i32, usize>> = HashMap::new();
    let mut ranges = Vec::new();
    for (at, (part, next)) in writer.manifest.parts.iter().zip(writer.next()).enumerate() {
        places.entry(part.topic.clone()).or_default().insert(part.partition, at);
        if *next < part.to {
            ranges.push(Range::offsets(&part.topic, part.partition, *next, part.to));
        }
    }
    if !ranges.is_empty() {
        let scan = Scan::ranges(&writer.manifest.source, ranges);
        let mut scanning = records.scan(&scan).await?;
        if let Some(missing) = scanning.missing().first() {
            let (cluster, missing) = (scan.cluster.name.clone(), vec![missing.clone()]);
            return Err(TailError::NoTopic { cluster, missing });
        }
        for extent in scanning.extents() {
            let at = places[&extent.topic][&extent.partition];
            let (wanted, to) = (writer.next()[at], writer.manifest.parts[at].to);
            if extent.end < to {
                let (topic, partition, end) = (extent.topic.clone(), extent.partition, extent.end);
                return Err(TailError::Shrunk { topic, partition, end, wanted: to });
            }
            if extent.start > wanted {
                let part = u32::try_from(at).unwrap_or(u32::MAX);
                writer.gap(Gap { part, from: wanted, to: extent.start.min(to) })?;
            }
        }
        while let Some(batch) = scanning.next().await? {
            for record in batch.records() {
                writer.add(places[record.topic][&record.partition], &record)?;
            }
            progress(scanning.progress());
        }
    }
    let (parts, gaps) = writer.finish()?;
    Ok(Exported { parts, gaps })
}
