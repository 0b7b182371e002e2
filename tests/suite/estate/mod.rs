mod address;
mod compare;
mod desired;
mod graph;
pub mod sample;
mod secret;
mod selection;
