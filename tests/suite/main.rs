//! Every test of leeward, in one binary; the folders mirror `src`.
#![allow(clippy::unwrap_used)]

mod architecture;
mod cli;
mod config;
mod e2e;
mod estate;
mod observe;
mod offsets;
mod plan;
mod policy;
mod provider;
mod report;
mod run;
mod runbook;
mod sandbox;
mod servers;
mod shipped;
mod state;
mod status;
mod tail;
