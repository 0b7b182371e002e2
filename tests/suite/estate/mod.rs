mod address;
mod compare;
mod desired;
mod graph;
mod sample;
mod secret;
mod selection;
