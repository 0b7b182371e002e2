//! What leeward owns and which side of each pair is active.
