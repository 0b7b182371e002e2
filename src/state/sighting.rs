//! Where the active sides were last seen to end: kept beside the state, since it changes with every look.
//!
//! It is no part of the state: losing it loses an estimate and nothing else.

use super::local::{folder, temporary};
use crate::estate::Address;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Where the topics of a pair's active side ended when it was last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// When.
    pub at: Timestamp,
    /// The epoch that the pair was in: after a change of roles it is about the other side.
    pub epoch: u64,
    /// By topic, the next offset of each partition.
    pub ends: BTreeMap<String, Vec<i64>>,
}

/// The sightings of a state's pairs, in `.leeward/sightings.json` beside it.
#[derive(Debug, Clone)]
pub struct Sightings {
    path: PathBuf,
}

impl Sightings {
    /// The sightings beside the state in the file at `state`.
    pub fn beside(state: &Path) -> Self {
        Self { path: state.with_file_name(".leeward").join("sightings.json") }
    }

    /// The last sighting of a pair in this epoch. What can't be read counts as none.
    pub fn last(&self, pair: &Address, epoch: u64) -> Option<Sighting> {
        self.all().remove(pair).filter(|sighting| sighting.epoch == epoch)
    }

    /// Notes a sighting. Two that note at once lose one of both, which costs an estimate some of its freshness.
    ///
    /// # Errors
    /// The folder can't be written.
    pub fn note(&self, pair: &Address, sighting: Sighting) -> io::Result<()> {
        let mut all = self.all();
        if all.get(pair).is_some_and(|known| (known.epoch, known.at) > (sighting.epoch, sighting.at)) {
            return Ok(());
        }
        all.insert(pair.clone(), sighting);
        let folder = folder(&self.path);
        fs::create_dir_all(folder)?;
        let mut fresh = temporary(folder)?;
        fresh.write_all(&serde_json::to_vec(&all)?)?;
        fresh.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }

    fn all(&self) -> BTreeMap<Address, Sighting> {
        let bytes = fs::read(&self.path).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }
}
