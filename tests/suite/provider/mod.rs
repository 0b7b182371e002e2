mod connect;
mod dns;
