mod address;
mod carries;
mod compare;
mod desired;
mod graph;
mod group;
pub mod sample;
mod secret;
mod selection;
