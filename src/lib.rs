//! leeward: disaster recovery as code for Apache Kafka.
//!
//! The modules, in the order of the pipeline:
//!
//! ```text
//! files ─ config ─► Estate ────┐
//!         world ─ observe ─► Observed ─┼─ plan | runbook ─► Plan ─ policy ─► Findings
//!         store ─ state ──► State ─────┘                     │
//!                                                            └─ run (journal) ─► Run ─ report ─► text, JSON, Markdown
//! ```
//!
//! ARCHITECTURE.md is the tour; a test (`tests/suite/architecture.rs`) holds the import table.
#![warn(missing_docs)]
#![deny(clippy::unwrap_used, clippy::dbg_macro, clippy::todo, unsafe_code)]

pub mod estate;

pub mod config;
pub mod provider;

pub mod observe;
pub mod state;

pub mod offsets;
pub mod plan;
pub mod runbook;
pub mod status;

pub mod policy;

pub mod run;

pub mod tail;

pub mod report;

pub mod sandbox;

pub mod cli;
