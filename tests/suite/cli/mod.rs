mod arguments;
mod commands;
mod configuration;
mod exporter;
mod hand;
mod reference;
mod state;
mod waves;
