use std::collections::BTreeSet;
use std::ops::ControlFlow;

use bytes::Bytes;
use framing::{Db, Replies, Request, Session};
use futures::{FutureExt, StreamExt};

use crate::glob::Pattern;
use crate::{Hub, Inbox, Topic};

/// How many bytes a pattern may have. (In Redis, as many as any word.)
const LONGEST_PATTERN: usize = 64 << 10;

/// What the server knows about one client: a [`Session`], and what it listens to.
///
/// Dropping it ends its subscriptions.
#[derive(Debug)]
pub struct Client {
    session: Session,
    hub: Hub,
    inbox: Inbox,
    channels: BTreeSet<Bytes>,
    patterns: BTreeSet<Bytes>,
}

impl Client {
    /// A client that has just connected.
    pub fn new(db: Db, hub: Hub) -> Client {
        let inbox = hub.inbox();
        let (channels, patterns) = Default::default();
        Client { session: Session::new(db), hub, inbox, channels, patterns }
    }

    /// What has been published to this client. Ends when it is cut off.
    pub fn inbox(&mut self) -> &mut Inbox {
        &mut self.inbox
    }

    /// How many channels and patterns it listens to.
    pub fn subscriptions(&self) -> usize {
        self.channels.len() + self.patterns.len()
    }

    // ANCHOR: answer
    /// Runs a request and writes its reply. `Break` ends the connection.
    ///
    /// Messages that were published before the request go out before its reply.
    pub fn answer(
        &mut self,
        request: Request<'_>,
        replies: &mut Replies,
    ) -> ControlFlow<()> {
        let Some(name) = request.get(0) else { return ControlFlow::Continue(()) };
        let subscribed = self.subscriptions() > 0;
        if subscribed {
            self.deliver(replies);
        }
        match (&name.to_ascii_lowercase()[..], request.len() - 1) {
            (b"subscribe", 1..) => self.subscribe(Topic::Channel, request, replies),
            (b"psubscribe", 1..) => self.subscribe(Topic::Pattern, request, replies),
            (b"unsubscribe", _) => self.unsubscribe(Topic::Channel, request, replies),
            (b"punsubscribe", _) => self.unsubscribe(Topic::Pattern, request, replies),
            (b"reset", 0) => self.reset(replies),
            (b"quit", _) => {
                self.leave(replies);
                return self.session.answer(request, replies);
            }
            (word @ (b"subscribe" | b"psubscribe" | b"reset"), _) => {
                wrong_number(word, replies);
            }
            // In RESP2, a message looks like a reply, so a subscriber may ask little else.
            (word, words) if subscribed && !replies.is_resp3() => {
                return self.answer_a_listener(word, words, request, replies);
            }
            (b"publish", 2) => {
                let word = |at| request.get(at).unwrap_or_default();
                let received = self.hub.publish(word(1), word(2));
                // A client that has subscribed to this channel gets the message first.
                self.deliver(replies);
                replies.integer(received as i64);
            }
            (b"pubsub", 1..) => self.pubsub(request, replies),
            (word @ (b"publish" | b"pubsub"), _) => wrong_number(word, replies),
            _ => return self.session.answer(request, replies),
        }
        ControlFlow::Continue(())
    }
    // ANCHOR_END: answer

    /// Ends every subscription, and writes what was published before. For the end of a connection, whatever ends it:
    /// a publisher may have been told already that this client gets its message.
    pub fn leave(&mut self, replies: &mut Replies) {
        self.silence();
        self.deliver(replies);
    }

    /// What is in the inbox now, without waiting for more.
    fn deliver(&mut self, replies: &mut Replies) {
        while let Some(Some(message)) = self.inbox.next().now_or_never() {
            message.write(replies);
        }
    }

    // ANCHOR: subscribe
    fn subscribe(&mut self, topic: Topic, request: Request<'_>, replies: &mut Replies) {
        for name in request.from(1) {
            if topic == Topic::Pattern && is_too_long(name, replies) {
                continue;
            }
            let name = Bytes::copy_from_slice(name);
            self.hub.subscribe(topic, &name, &self.inbox);
            self.names(topic).insert(name.clone());
            self.confirm(topic, "subscribe", Some(&name), replies);
        }
    }
    // ANCHOR_END: subscribe

    fn unsubscribe(&mut self, topic: Topic, request: Request<'_>, replies: &mut Replies) {
        let mut names: Vec<Bytes> = request.from(1).map(Bytes::copy_from_slice).collect();
        if names.is_empty() {
            names = self.names(topic).iter().cloned().collect();
        }
        if names.is_empty() {
            return self.confirm(topic, "unsubscribe", None, replies);
        }
        for name in names {
            if self.names(topic).remove(&name) {
                self.hub.unsubscribe(topic, &name, &self.inbox);
                // The last of its messages may have come this moment, and none comes after this reply.
                self.deliver(replies);
            }
            self.confirm(topic, "unsubscribe", Some(&name), replies);
        }
    }

    fn confirm(
        &self,
        topic: Topic,
        verb: &str,
        name: Option<&Bytes>,
        replies: &mut Replies,
    ) {
        replies.push(3);
        match topic {
            Topic::Channel => replies.bulk(verb),
            Topic::Pattern => replies.bulk(format!("p{verb}")),
        }
        match name {
            Some(name) => replies.bulk(name),
            None => replies.null(),
        }
        replies.integer(self.subscriptions() as i64);
    }

    fn names(&mut self, topic: Topic) -> &mut BTreeSet<Bytes> {
        match topic {
            Topic::Channel => &mut self.channels,
            Topic::Pattern => &mut self.patterns,
        }
    }

    /// Ends every subscription, in silence.
    fn silence(&mut self) {
        for name in std::mem::take(&mut self.channels) {
            self.hub.unsubscribe(Topic::Channel, &name, &self.inbox);
        }
        for name in std::mem::take(&mut self.patterns) {
            self.hub.unsubscribe(Topic::Pattern, &name, &self.inbox);
        }
    }

    fn reset(&mut self, replies: &mut Replies) {
        self.leave(replies);
        self.session.reset(replies);
        replies.simple("RESET");
    }

    /// In RESP2, for a client that listens: PING and QUIT, and a no to everything else that there is.
    fn answer_a_listener(
        &mut self,
        word: &[u8],
        words: usize,
        request: Request<'_>,
        replies: &mut Replies,
    ) -> ControlFlow<()> {
        let name = match (word, words) {
            (b"ping", 0..=1) => {
                replies.array(2);
                replies.bulk("pong");
                replies.bulk(request.get(1).unwrap_or_default());
                return ControlFlow::Continue(());
            }
            (b"ping" | b"post" | b"host:", _) => {
                return self.session.answer(request, replies);
            }
            (b"publish", 2) => Some("publish".to_owned()),
            (b"pubsub", 1..) => {
                subcommand(request, replies).map(|sub| format!("pubsub|{sub}"))
            }
            (b"publish" | b"pubsub", _) => {
                wrong_number(word, replies);
                None
            }
            // No such command, or the wrong number of arguments: Redis says that first.
            _ => framing::command_name(request, replies),
        };
        if let Some(name) = name {
            replies.error(format!(
                "ERR Can't execute '{name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context"
            ));
        }
        ControlFlow::Continue(())
    }

    fn pubsub(&self, request: Request<'_>, replies: &mut Replies) {
        let Some(sub) = subcommand(request, replies) else { return };
        let rest = request.from(2);
        match (sub, request.len()) {
            ("channels", 2 | 3) => {
                let pattern = request.get(2);
                if pattern.is_some_and(|pattern| is_too_long(pattern, replies)) {
                    return;
                }
                let mut channels = self.hub.channels();
                if let Some(pattern) = pattern.map(Pattern::new) {
                    channels.retain(|channel| pattern.matches(channel));
                }
                replies.array(channels.len());
                channels.iter().for_each(|channel| replies.bulk(channel));
            }
            ("numsub", _) => {
                replies.array(2 * rest.clone().count());
                for channel in rest {
                    replies.bulk(channel);
                    replies.integer(self.hub.listeners(channel) as i64);
                }
            }
            ("numpat", _) => replies.integer(self.hub.patterns() as i64),
            _ => {
                let sub = request.get(1).unwrap_or_default();
                let words = [
                    b"ERR unknown subcommand or wrong number of arguments for '",
                    &sub[..sub.len().min(128)],
                    b"'. Try PUBSUB HELP.",
                ];
                replies.error(words.concat());
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.silence();
    }
}

/// Says no to a pattern that nobody should have to match.
fn is_too_long(pattern: &[u8], replies: &mut Replies) -> bool {
    let is_too_long = pattern.len() > LONGEST_PATTERN;
    if is_too_long {
        replies.error("ERR the pattern is longer than 65536 bytes");
    }
    is_too_long
}

/// Which subcommand of PUBSUB this is, or an error.
fn subcommand(request: Request<'_>, replies: &mut Replies) -> Option<&'static str> {
    let word = request.get(1).unwrap_or_default();
    match (&word.to_ascii_lowercase()[..], request.len()) {
        (b"channels", _) => Some("channels"),
        (b"numsub", _) => Some("numsub"),
        (b"numpat", 2) => Some("numpat"),
        (b"numpat", _) => {
            wrong_number(b"pubsub|numpat", replies);
            None
        }
        _ => {
            let excerpt = &word[..word.len().min(128)];
            replies.error(
                [b"ERR unknown subcommand '", excerpt, b"'. Try PUBSUB HELP."].concat(),
            );
            None
        }
    }
}

fn wrong_number(command: &[u8], replies: &mut Replies) {
    let words = [b"ERR wrong number of arguments for '", command, b"' command"];
    replies.error(words.concat());
}
