mod connect;
mod contract;
mod dns;
mod faulty;
mod hook;
mod kafka;
mod memory;
mod records;
pub mod stage;
