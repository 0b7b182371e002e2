mod commit;
pub mod drill;
