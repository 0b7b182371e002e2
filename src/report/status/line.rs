//! A condition in one line, for a log.

use super::wording::{figure, loss, pulse, records};
use crate::report::figures::counted;
use crate::status::Condition;

/// The condition of a pair in one line without a line break, beginning with the time.
pub fn line(condition: &Condition) -> String {
    let ready = if condition.ready {
        "ready".to_owned()
    } else {
        format!("not ready ({})", counted(condition.obstacles.len(), "obstacle"))
    };
    let mut parts = vec![ready];
    for mirroring in &condition.mirrorings {
        let lag = figure(&mirroring.lag, condition.at, |count| records(*count));
        parts.push(format!("lag {lag}, heartbeat {}", pulse(&mirroring.pulse)));
    }
    parts.push(format!("lost if it died now: {}", loss(&condition.loss, condition.at)));
    format!("{:.0} {}: {}", condition.at, condition.pair, parts.join("; "))
}
