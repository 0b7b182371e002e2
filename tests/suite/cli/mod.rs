mod arguments;
mod commands;
mod configuration;
mod reference;
mod state;
