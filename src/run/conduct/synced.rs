//! MirrorMaker's own sync of groups, which an unplanned failover does not see stopped.

use super::{Conduct, Found};
use crate::estate::{DEAD_SOURCE_TIMEOUT, Evidence, Fault, Route};
use crate::offsets::checkpoints_topic;
use crate::provider::records::{Begin, Range, Scan, Until};
use jiff::Timestamp;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long one look of the sync may take: it asks for each group by itself.
const LOOK: Duration = Duration::from_secs(2);
/// How many of a topic's last offsets are read: what ends a transaction, where Connect writes in such, is no record.
const LAST: i64 = 10;

impl Conduct<'_> {
    /// Waits until the sync has seen where groups were set; those that it has set back until then are set again.
    ///
    /// Once in an interval it looks where the groups stand that have no members, and then sets those that stand before their last
    /// checkpoint. A group that has members then is judged by what was seen of it before, and the broker takes a position for it in
    /// the moment in which all of them are away (`MirrorCheckpointTask.refreshIdleConsumerGroupOffset`, `syncGroupOffset`). So
    /// it can set nothing back once it has looked behind the setting of the groups; or twice behind its last checkpoint, which it
    /// set with the first look and saw with the second. A side that has been dead for a while is not waited for, therefore.
    pub(super) async fn await_sync_idle(&self, route: &Route, interval: Duration) -> Found {
        let begun = Instant::now();
        let Some(age) = self.last_checkpoint(route).await? else {
            return Ok(Evidence::Seen("it has no checkpoint to go by".into()));
        };
        // Its time is when MirrorMaker began to ask the source where the group stood.
        let behind_checkpoint = (DEAD_SOURCE_TIMEOUT + 2 * interval + LOOK).saturating_sub(age);
        if behind_checkpoint.is_zero() {
            return Ok(Evidence::Seen(format!("its last checkpoint is {} s old", age.as_secs())));
        }
        let patience = behind_checkpoint.min(interval + LOOK);
        while let left = patience.saturating_sub(begun.elapsed())
            && !left.is_zero()
        {
            let (every, left_seconds) = (interval.as_secs(), left.as_secs() + 1);
            (self.say)(format!("it looks at groups once in {every} s: {left_seconds} s left"));
            sleep(self.pause.min(left)).await;
        }
        self.commit_groups(route, true, true).await?;
        Ok(Evidence::Seen(format!("it has looked at them: {:.1} s", begun.elapsed().as_secs_f64())))
    }

    /// How old the last checkpoint is that MirrorMaker wrote, by this machine's clock; none if it wrote none. One whose time is
    /// not known counts as new.
    async fn last_checkpoint(&self, route: &Route) -> Result<Option<Duration>, Fault> {
        let topic = checkpoints_topic(&route.naming, &route.source.name);
        let range = Range { topic, partition: None, from: Begin::Last(LAST), to: Until::End };
        let mut scanning = self.world.records.scan(&Scan::ranges(&route.target, vec![range])).await?;
        let was_written = scanning.extents().iter().any(|extent| extent.end > 0);
        let now = Timestamp::now().as_millisecond();
        let mut last = None;
        scanning
            .each(|record| {
                let age = record.timestamp.map_or(0, |timestamp| now.saturating_sub(timestamp.millis));
                let age = Duration::from_millis(u64::try_from(age).unwrap_or_default());
                last = Some(last.map_or(age, |least: Duration| least.min(age)));
            })
            .await?;
        Ok(last.or_else(|| was_written.then_some(Duration::ZERO)))
    }
}
