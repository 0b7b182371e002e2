mod arguments;
mod commands;
mod configuration;
mod hand;
mod reference;
mod state;
