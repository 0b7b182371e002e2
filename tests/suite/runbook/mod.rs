mod commit;
pub mod drill;
mod lift;
mod names;
mod signs;
