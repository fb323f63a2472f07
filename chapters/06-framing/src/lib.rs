//! RESP, the protocol that Redis speaks, from nothing: frames, a parser that goes on where it
//! stopped, a connection that pipelines, and the server's commands.
//!
//! | piece | what it is |
//! |---|---|
//! | [`Frame`] | one value of RESP2, owned |
//! | [`Parser`] | finds the end of a frame in a buffer that grows, and remembers its place |
//! | [`Request`], [`Replies`] | the two sides of a server's hot path: borrowed words in, encoded frames out |
//! | [`Connection`] | frames over a socket: reads, writes, and decides when to flush |
//! | [`bind`], [`keep_alive`] | what sockets need besides: a long queue, and a look at peers that are silent |
//! | [`Resp`] | the same parser as a codec for [`tokio_util::codec::Framed`] |
//! | [`Db`], [`Session`] | the keys of a server, and what it knows about one client |
//!
//! Not here: RESP3, and every command that [`Session`] does not list.

mod codec;
mod connection;
mod db;
mod error;
mod frame;
mod inline;
mod net;
mod parser;
mod replies;
mod session;

pub use codec::Resp;
pub use connection::Connection;
pub use db::{Db, NotAnInteger, SetOptions, When};
pub use error::{Error, ProtocolError};
pub use frame::Frame;
pub use net::{bind, keep_alive};
pub use parser::{Grammar, Limits, Parser, Request};
pub use replies::Replies;
pub use session::{Session, command_name};
