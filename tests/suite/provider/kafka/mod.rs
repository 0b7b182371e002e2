//! A real cluster: what the contract does not say of it.

mod acls;
mod batches;
mod brokers;
mod fault;
mod heartbeat;
mod producers;
mod settings;
mod tls;
