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

use conform::stage::Stage;

/// What the proofs start.
static STAGE: Stage = Stage::new("06-framing");
