//! Two real Kafka clusters, a Connect worker beside each, and one DNS zone on two authorities, on this machine.
//!
//! [`up`] raises a sandbox in a folder, [`Sandbox`] is the handle to one that stands, [`Layout`] says where everything
//! listens and is what `sandbox.json` in that folder holds. The order of a start: `tools` and `jars` get what is
//! missing, [`draft`] draws names, ports and secrets, each component writes its files and its command
//! (`kafka`, `connect`, `bind`, `knot`, `powerdns`, `unbound`), `process` starts it, `probe`
//! proves that what answers on its port is this very component, [`vars`] tells an estate about it.
//!
//! The sandbox knows nothing of estates and plans; it is only something to point them at.

mod bind;
mod classes;
mod component;
mod connect;
mod draft;
mod files;
mod jars;
mod kafka;
mod knot;
mod launch;
mod layout;
mod lock;
mod options;
mod ports;
mod powerdns;
mod probe;
mod process;
mod raise;
mod records;
mod stand;
mod start;
mod tool;
mod tools;
mod unbound;
mod vars;
mod zone;

pub use component::{Component, Role};
pub use draft::draft;
pub use files::FileError;
pub use jars::JarError;
pub use launch::{Launch, launch};
pub use layout::{Cluster, Layout, LayoutError, Node, PowerDns, Sasl, Tsig, User, Zone};
pub use options::{Extra, Options, OptionsError};
pub use process::{Process, Stat, State, parse_stat};
pub use raise::up;
pub use records::{
    Consume, Produce, Produced, Record, RecordError, Transactions, Written, consume, follow, produce, stream,
};
pub use rustix::process::Signal;
pub use stand::{Error, Sandbox, Status};
pub use start::{Notice, StartError};
pub use tool::tool;
pub use tools::ToolError;
pub use vars::vars;
