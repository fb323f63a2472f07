//! Publish and subscribe: who listens to what, the messages on their way to each listener, and the
//! commands.
//!
//! | piece | what it is |
//! |---|---|
//! | [`Hub`] | who listens to which channels and patterns; clones share it |
//! | [`Inbox`] | one listener's messages: a [`Stream`](futures::Stream), which ends for a listener that is too slow |
//! | [`Message`] | what was published, to which channel, and the pattern that it matched |
//! | [`glob::Pattern`] | Redis's patterns, in bounded time |
//! | [`Client`] | a [`framing::Session`] that can also subscribe |
//!
//! Not here: sharded channels (`SSUBSCRIBE` and its kin), keyspace notifications, `PUBSUB HELP`. `COMMAND` does not
//! list the commands of this chapter.

mod client;
pub mod glob;
mod hub;

pub use client::Client;
pub use hub::{Hub, Inbox, Message, Topic};
