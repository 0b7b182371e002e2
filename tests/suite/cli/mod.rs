mod arguments;
mod commands;
mod reference;
