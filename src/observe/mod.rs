//! Estate and provider to `Observed`: the world, read in bulk.
