use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use framing::Replies;
use futures::Stream;

use crate::glob::Pattern;

// ANCHOR: message
/// What was published, on its way to one listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The pattern that the channel matched, if that is why the listener gets it.
    pub pattern: Option<Bytes>,
    /// Where it was published.
    pub channel: Bytes,
    /// What was published.
    pub payload: Bytes,
}
// ANCHOR_END: message

impl Message {
    /// Encodes it as Redis does: `message`, or `pmessage` with the pattern in front.
    pub fn write(&self, replies: &mut Replies) {
        replies.push(if self.pattern.is_some() { 4 } else { 3 });
        match &self.pattern {
            Some(pattern) => {
                replies.bulk("pmessage");
                replies.bulk(pattern);
            }
            None => replies.bulk("message"),
        }
        replies.bulk(&self.channel);
        replies.bulk(&self.payload);
    }

    /// What it takes in memory and on the wire, roughly. An empty one is not free either.
    fn size(&self) -> usize {
        size_of::<Message>() + self.channel.len() + self.payload.len()
    }
}

/// What one can listen to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// A channel, by its name.
    Channel,
    /// Every channel whose name matches.
    Pattern,
}

// ANCHOR: hub
/// Who listens to what. Clones share it.
#[derive(Clone, Debug)]
pub struct Hub {
    /// One lock for all, so that everybody gets the messages in the same order.
    listeners: Arc<Mutex<Listeners>>,
    limit: usize,
}

#[derive(Debug, Default)]
struct Listeners {
    channels: HashMap<Bytes, Inboxes>,
    patterns: HashMap<Bytes, Inboxes>,
    /// Of each of these patterns, what it matches. Publishers share it as it is at the time.
    matchers: Arc<HashMap<Bytes, Arc<Pattern>>>,
}

/// The inboxes that listen. What tells one from all others is the address of its queue.
type Inboxes = HashMap<usize, Arc<Mutex<Queue>>>;
// ANCHOR_END: hub

impl Hub {
    /// A hub without listeners. A listener with more than `limit` bytes of messages waiting
    /// is cut off.
    pub fn new(limit: usize) -> Hub {
        Hub { listeners: Arc::default(), limit }
    }

    /// How many bytes may wait for a listener.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// An inbox that listens to nothing yet.
    pub fn inbox(&self) -> Inbox {
        Inbox { queue: Arc::default() }
    }

    // ANCHOR: publish
    /// Puts a message into the inbox of everybody who listens, and returns how many that is.
    ///
    /// Never waits for a listener. An inbox that listens to the channel and to two
    /// patterns that match it gets three messages, and counts three times. One that this message cuts off does not
    /// count. (For Redis it does.)
    pub fn publish(&self, channel: &[u8], payload: &[u8]) -> usize {
        let message = Message {
            pattern: None,
            channel: Bytes::copy_from_slice(channel),
            payload: Bytes::copy_from_slice(payload),
        };
        // Somebody's pattern may take its time. Nobody else has to wait for it.
        let matchers = self.lock().matchers.clone();
        let matches = |(_, matcher): &(&Bytes, &Arc<Pattern>)| matcher.matches(channel);
        let patterns: Vec<_> = matchers.iter().filter(matches).collect();
        let listeners = self.lock();
        let of_channel = listeners.channels.get(channel).into_iter();
        let of_patterns = patterns.iter().filter_map(|(pattern, _)| {
            Some((Some(*pattern), listeners.patterns.get(*pattern)?))
        });
        // ANCHOR: push-all
        let (mut received, mut wakers) = (0, Vec::new());
        for (pattern, inboxes) in
            of_channel.map(|inboxes| (None, inboxes)).chain(of_patterns)
        {
            for inbox in inboxes.values() {
                // A clone of `Bytes` is a handle: all who get the message share its bytes.
                let message = Message { pattern: pattern.cloned(), ..message.clone() };
                let mut queue = lock(inbox);
                received += usize::from(queue.push(message, self.limit));
                wakers.extend(queue.waker.take());
            }
        }
        drop(listeners);
        // With no lock held: we cannot know what a waker does.
        wakers.into_iter().for_each(Waker::wake);
        received
        // ANCHOR_END: push-all
    }
    // ANCHOR_END: publish

    /// From now on the inbox gets what is published there.
    pub fn subscribe(&self, topic: Topic, name: &Bytes, inbox: &Inbox) {
        let queue = inbox.queue.clone();
        let matcher = (topic == Topic::Pattern).then(|| Arc::new(Pattern::new(name)));
        let mut listeners = self.lock();
        listeners.topic(topic).entry(name.clone()).or_default().insert(inbox.id(), queue);
        if let Some(matcher) = matcher {
            Arc::make_mut(&mut listeners.matchers).insert(name.clone(), matcher);
        }
    }

    /// From now on the inbox gets nothing more from there. What it has stays in it.
    pub fn unsubscribe(&self, topic: Topic, name: &Bytes, inbox: &Inbox) {
        let mut listeners = self.lock();
        let names = listeners.topic(topic);
        if let Entry::Occupied(mut inboxes) = names.entry(name.clone()) {
            inboxes.get_mut().remove(&inbox.id());
            if inboxes.get().is_empty() {
                inboxes.remove();
                shrink(names);
                if topic == Topic::Pattern {
                    let matchers = Arc::make_mut(&mut listeners.matchers);
                    matchers.remove(name);
                    shrink(matchers);
                }
            }
        }
    }

    /// The channels that somebody listens to by name, in alphabetical order.
    pub fn channels(&self) -> Vec<Bytes> {
        let mut channels: Vec<Bytes> = self.lock().channels.keys().cloned().collect();
        channels.sort();
        channels
    }

    /// How many listen to a channel by its name.
    pub fn listeners(&self, channel: &[u8]) -> usize {
        self.lock().channels.get(channel).map_or(0, HashMap::len)
    }

    /// How many different patterns somebody listens to.
    pub fn patterns(&self) -> usize {
        self.lock().patterns.len()
    }

    fn lock(&self) -> MutexGuard<'_, Listeners> {
        lock(&self.listeners)
    }
}

impl Listeners {
    fn topic(&mut self, topic: Topic) -> &mut HashMap<Bytes, Inboxes> {
        match topic {
            Topic::Channel => &mut self.channels,
            Topic::Pattern => &mut self.patterns,
        }
    }
}

// ANCHOR: inbox
// ANCHOR: queue
/// One listener's messages, as a stream. It ends when too many bytes wait, and what
/// waited is thrown away.
#[derive(Debug)]
pub struct Inbox {
    queue: Arc<Mutex<Queue>>,
}

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Message>,
    bytes: usize,
    cut_off: bool,
    /// Of the task that waits for the next message.
    waker: Option<Waker>,
}
// ANCHOR_END: queue

// ANCHOR: push
impl Queue {
    /// The publisher's end. Returns whether the message got in. In either case, the waker is to be woken.
    fn push(&mut self, message: Message, limit: usize) -> bool {
        if self.cut_off {
            return false;
        }
        self.bytes += message.size();
        self.messages.push_back(message);
        if self.bytes > limit {
            // Nobody will read these, so their memory goes back now.
            self.messages = VecDeque::new();
            self.cut_off = true;
        }
        !self.cut_off
    }
}
// ANCHOR_END: push

// ANCHOR: poll-next
impl Stream for Inbox {
    type Item = Message;

    /// The listener's end.
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        let mut queue = lock(&self.queue);
        match queue.messages.pop_front() {
            Some(message) => {
                queue.bytes -= message.size();
                Poll::Ready(Some(message))
            }
            None if queue.cut_off => Poll::Ready(None),
            None => {
                // The publisher needs this lock too, so no message can slip in before the
                // waker is stored. The old one is dropped when the lock is free again.
                let old = queue.waker.replace(cx.waker().clone());
                drop(queue);
                drop(old);
                Poll::Pending
            }
        }
    }
}
// ANCHOR_END: inbox
// ANCHOR_END: poll-next

impl Inbox {
    /// Another inbox may get this address only when this one is gone, and then it listens to nothing.
    fn id(&self) -> usize {
        Arc::as_ptr(&self.queue).addr()
    }
}

/// A hundred thousand channels must not cost their memory for as long as the server runs.
fn shrink<V>(names: &mut HashMap<Bytes, V>) {
    if names.len() < names.capacity() / 8 {
        names.shrink_to(64);
    }
}

/// No code that may panic runs under these locks, so what they guard is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
