//! Which addresses a plan is about.

use super::{Options, PlanError, PlanKind};
use crate::estate::{Address, Estate, Graph};
use crate::state::State;
use std::collections::BTreeSet;

/// Which addresses a plan is about: all, or the targets and what they need.
pub(super) struct Scope {
    /// `None` for all.
    chosen: Option<BTreeSet<Address>>,
}

impl Scope {
    /// The scope that the targets give. A destroy takes what depends on a target along, for it could not stand
    /// without; any other plan takes along what the target depends on.
    pub(super) fn of(
        estate: &Estate,
        graph: &Graph,
        state: &State,
        options: &Options,
    ) -> Result<Self, PlanError> {
        if options.targets.is_empty() {
            return Ok(Self { chosen: None });
        }
        let mut chosen = BTreeSet::new();
        for target in &options.targets {
            let named: BTreeSet<&Address> = (estate.resources.keys())
                .chain(state.resources.keys())
                .filter(|address| target.covers(address))
                .collect();
            if named.is_empty() {
                return Err(PlanError::UnknownTarget(target.clone()));
            }
            chosen.extend(match options.kind {
                PlanKind::Apply | PlanKind::Offsets | PlanKind::Abort | PlanKind::Failover => {
                    graph.requirements(named.iter().copied())
                }
                PlanKind::Destroy => graph.followers(named.iter().copied()),
            });
            chosen.extend(named.into_iter().cloned());
        }
        Ok(Self { chosen: Some(chosen) })
    }

    pub(super) fn includes(&self, address: &Address) -> bool {
        self.chosen.as_ref().is_none_or(|chosen| chosen.contains(address))
    }
}
