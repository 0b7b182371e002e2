//! Real DNS servers, each started by the test that needs it, in its own folder and on its own ports; and what stands in
//! front of a server and spoils what passes.

pub mod bind;
pub mod gate;
pub mod http;
pub mod knot;
pub mod port;
pub mod powerdns;
pub mod probe;
pub mod process;
pub mod promtool;
pub mod proxy;
pub mod unbound;
pub mod zone;
