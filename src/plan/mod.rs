//! Estate, observed world and state to a `Plan`: pure and synchronous.
