//! What the chapter claims, proved: for patterns, for the hub, and for the stage as it runs.

mod clients;
mod glob;
mod hostile;
mod hub;
mod server;
#[allow(dead_code, reason = "each chapter uses a part of it")]
#[path = "../../../06-framing/tests/stage/mod.rs"]
mod stage;

/// What `stage` starts.
const STAGE: &str = "09-streams";
