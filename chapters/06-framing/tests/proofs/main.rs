//! What the chapter claims, proved: for the parser, for a connection, and for the stage as it runs.

#[path = "../../fuzz/oracle.rs"]
mod oracle;

mod clients;
mod connection;
mod hostile;
mod nodelay;
mod parser;
mod server;
mod smoke;
#[allow(dead_code, reason = "each chapter uses a part of it")]
#[path = "../stage/mod.rs"]
mod stage;

/// What `stage` starts.
const STAGE: &str = "06-framing";
