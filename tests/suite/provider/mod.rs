mod connect;
mod contract;
mod dns;
mod faulty;
mod kafka;
mod memory;
mod records;
pub mod stage;
