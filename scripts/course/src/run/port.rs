//! Where the book is served.

/// The port that a reader gets used to. If it is taken, one of the next ones is free.
pub const PORT: u16 = 3000;

/// How many ports are tried before the system chooses one.
pub const NEAR: u16 = 20;
