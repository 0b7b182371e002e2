//! Executes a plan over a journal.
