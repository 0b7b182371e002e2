//! What `leeward state` does to a state: pure, so that a dry run is the same code.

use super::State;
use crate::estate::{Address, Owned};

/// Why a state can't be changed as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Nothing of that address is owned.
    #[error("the state has nothing at {address}{}", nearest.as_ref().map_or_else(String::new, |near| format!("; there is {near}")))]
    Missing {
        /// The address asked for.
        address: Box<Address>,
        /// The nearest one that there is.
        nearest: Option<Box<Address>>,
    },
    /// Something of that address is owned already.
    #[error("the state has {0} already")]
    Taken(Box<Address>),
    /// A resource can't become one of another kind.
    #[error("{from} can't become {to}: they are of different kinds")]
    Kind {
        /// What it is.
        from: Box<Address>,
        /// What it was asked to become.
        to: Box<Address>,
    },
    /// A state that is pushed is about another estate.
    #[error(
        "the state to push has lineage {pushed} and the one that is there {present}: they are about different estates"
    )]
    Lineage {
        /// The lineage of the state that is pushed.
        pushed: String,
        /// The lineage of the state that is there.
        present: String,
    },
    /// A state that is pushed is not newer than the one that is there.
    #[error("the state to push has serial {pushed} and the one that is there {present}: it is older")]
    Older {
        /// The serial of the state that is pushed.
        pushed: u64,
        /// The serial of the state that is there.
        present: u64,
    },
}

impl State {
    /// The addresses that `typed` covers: the resource itself, or all instances of a block.
    pub fn covered(&self, typed: &Address) -> Vec<Address> {
        self.resources.keys().filter(|address| typed.covers(address)).cloned().collect()
    }

    /// Gives what is owned at `from` to `to`, and answers the addresses that moved, old and new. A block's
    /// address moves all its instances.
    ///
    /// # Errors
    /// There is nothing at `from`, something at `to`, or they are of different kinds.
    pub fn move_resource(
        &mut self,
        from: &Address,
        to: &Address,
    ) -> Result<Vec<(Address, Address)>, EditError> {
        if from.kind != to.kind {
            return Err(EditError::Kind { from: Box::new(from.clone()), to: Box::new(to.clone()) });
        }
        let covered = self.covered(from);
        if covered.is_empty() {
            return Err(self.missing(from));
        }
        let moves: Vec<(Address, Address)> = covered.into_iter().map(|old| rename(old, from, to)).collect();
        if let Some((_, taken)) = moves.iter().find(|(_, new)| self.resources.contains_key(new)) {
            return Err(EditError::Taken(Box::new(taken.clone())));
        }
        for (old, new) in &moves {
            if let Some(owned) = self.resources.remove(old) {
                self.resources.insert(new.clone(), owned);
            }
            if let Some(starts) = self.starts.remove(old) {
                self.starts.insert(new.clone(), starts);
            }
        }
        Ok(moves)
    }

    /// Forgets what is owned at `typed`; the world keeps it. Answers what was forgotten.
    ///
    /// # Errors
    /// There is nothing at `typed`.
    pub fn remove_resource(&mut self, typed: &Address) -> Result<Vec<(Address, Vec<Owned>)>, EditError> {
        let covered = self.covered(typed);
        if covered.is_empty() {
            return Err(self.missing(typed));
        }
        let removed = covered.into_iter().filter_map(|address| {
            self.starts.remove(&address);
            self.resources.remove(&address).map(|owned| (address, owned))
        });
        Ok(removed.collect())
    }

    /// Whether this state may be written over `present`.
    ///
    /// # Errors
    /// It is about another estate, or older.
    pub fn may_replace(&self, present: &Self) -> Result<(), EditError> {
        if self.lineage != present.lineage {
            let (pushed, present) = (self.lineage.clone(), present.lineage.clone());
            return Err(EditError::Lineage { pushed, present });
        }
        if self.serial < present.serial {
            return Err(EditError::Older { pushed: self.serial, present: present.serial });
        }
        Ok(())
    }

    /// The error for an address at which there is nothing.
    pub fn missing(&self, address: &Address) -> EditError {
        let text = address.to_string();
        let distance = |other: &Address| strsim::damerau_levenshtein(&other.to_string(), &text);
        let nearest = self.resources.keys().map(|other| (distance(other), other)).min_by_key(|(far, _)| *far);
        let nearest =
            nearest.filter(|(far, _)| *far <= 1 + text.len() / 4).map(|(_, near)| Box::new(near.clone()));
        EditError::Missing { address: Box::new(address.clone()), nearest }
    }
}

/// `old`, which `from` covers, with its new address: an instance keeps its key when its whole block moves.
fn rename(old: Address, from: &Address, to: &Address) -> (Address, Address) {
    let key = if old == *from { to.key.clone() } else { old.key.clone() };
    let new = Address { key, ..to.clone() };
    (old, new)
}
