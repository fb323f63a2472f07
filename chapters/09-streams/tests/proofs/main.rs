//! What the chapter claims, proved: for patterns, for the hub, and for the stage as it runs.

mod clients;
mod glob;
mod hostile;
mod hub;
mod server;

use conform::stage::Stage;

/// What the proofs start.
static STAGE: Stage = Stage::new("09-streams");
