//! LW1703: offset syncs are gone.

use crate::plan::Severity;
use crate::policy::rule::Rule;

pub(super) static RULE: Rule = Rule {
    code: "LW1703",
    title: "offset syncs are gone",
    severity: Severity::Warning,
    what: "The topic of the offset syncs holds fewer records than were written to it: compaction or retention took some.",
    why: "Positions that lie before the syncs that are left can't be placed any better than at the last one before them, and rewind to it.",
    source: "min.compaction.lag.ms (KIP-58); MirrorMaker makes the topic compacted if nobody made it before",
    fix: "Take a longer offset_syncs_retention. What is gone does not come back, but matters less the further groups go on.",
    example: r#"replication "orders" {
  pair   = pair.orders
  topics = [topic.orders.name]
  groups = ["billing"]
  mirror_maker {
    offset_syncs_retention = "720h"
  }
}"#,
    // Said of what a replication's flow holds, when positions of groups are translated.
    check: |_| Vec::new(),
};
