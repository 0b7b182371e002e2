mod commit;
pub mod drill;
mod lift;
mod names;
mod signs;

use crate::estate::sample::address;
use leeward::estate::{Estate, Observed};
use leeward::plan::{Plan, Recipe};
use leeward::runbook::{Asker, Sources, failover};
use leeward::state::State;
use std::collections::BTreeMap;

/// What is planned for `pair.orders`, of which no flow, fence or sighting is known: from the estate as it is to the one as it will
/// be.
fn bare(
    [now, then]: [&Estate; 2],
    recipe: Recipe,
    state: &State,
    asker: &Asker,
    observed: &Observed,
) -> Plan {
    let sources = Sources {
        pair: &address("pair.orders"),
        recipe,
        now,
        then,
        state,
        asker,
        observed,
        flows: &[],
        is_written: false,
        limits: &BTreeMap::new(),
        sighting: None,
        held: None,
        begun: None,
        overrides: &BTreeMap::new(),
    };
    failover(&sources).unwrap()
}
