//! What the commands do and say. For the commands and options listed here, every reply is that of Redis 7.0, to the
//! byte.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

use crate::parser::integer;
use crate::{Db, NotAnInteger, Replies, Request, SetOptions, When};

/// The version of Redis whose replies these are.
const REDIS: &str = "7.0.15";

/// How many bytes of what a client sent an error repeats.
const EXCERPT: usize = 128;

/// What the server knows about one client.
#[derive(Debug)]
pub struct Session {
    db: Db,
    id: i64,
    name: Vec<u8>,
    /// Of RESP.
    version: i64,
}

impl Session {
    /// A client that has just connected.
    pub fn new(db: Db) -> Session {
        static NEXT: AtomicI64 = AtomicI64::new(1);
        Session { db, id: NEXT.fetch_add(1, Relaxed), name: Vec::new(), version: 2 }
    }

    // ANCHOR: answer
    /// Runs a request and writes its reply; `Break` if that was the last word.
    ///
    /// Never waits, so it needs no `async`: the map is in memory, and so is the reply.
    pub fn answer(
        &mut self,
        request: Request<'_>,
        replies: &mut Replies,
    ) -> ControlFlow<()> {
        let Some(name) = request.get(0) else { return ControlFlow::Continue(()) };
        let args = Args { request, first: 1 };
        let mut lower = [0; 8];
        match (lowercase(name, &mut lower), args.len()) {
            (b"get", 1) => match self.db.get(args.get(0)) {
                Some(value) => replies.bulk(value),
                None => replies.null(),
            },
            (b"set", 2..) => self.set(args, replies),
            (b"del", 1..) => {
                replies.integer(args.iter().filter(|key| self.db.remove(key)).count() as i64);
            }
            (b"exists", 1..) => {
                replies.integer(
                    args.iter().filter(|key| self.db.contains(key)).count() as i64
                );
            }
            (b"info", _) => self.info(args, replies),
            (b"incr", 1) => self.add(args.get(0), Some(1), replies),
            // What Python's `incr` sends.
            (b"incrby", 2) => self.add(args.get(0), integer(args.get(1)), replies),
            (b"ping", 0) => replies.simple("PONG"),
            (b"ping" | b"echo", 1) => replies.bulk(args.get(0)),
            (b"quit", _) => {
                replies.simple("OK");
                return ControlFlow::Break(());
            }
            (b"hello", _) => self.hello(args, replies),
            (b"client", 1..) => self.client(args, replies),
            (b"command", _) => command(args, replies),
            (b"config", 1..) => config(args, replies),
            (b"select", 1) => select(args, replies),
            // A browser was made to send us a form. Redis hangs up, and so do we.
            (b"post" | b"host:", _) => {
                *replies = Replies::default();
                return ControlFlow::Break(());
            }
            (known, _) if TABLE.iter().any(|row| row.name.as_bytes() == known) => {
                wrong_number(known, replies);
            }
            _ => unknown(name, args, replies),
        }
        ControlFlow::Continue(())
    }
    // ANCHOR_END: answer

    /// Forgets the client's name and its version of RESP, as if it had just connected.
    pub fn reset(&mut self, replies: &mut Replies) {
        self.name = Vec::new();
        self.version = 2;
        replies.speak_resp3(false);
    }

    fn set(&self, args: Args<'_>, replies: &mut Replies) {
        let mut options = SetOptions::default();
        let mut ttl = None;
        let mut rest = args.after(2).iter();
        while let Some(option) = rest.next() {
            let mut lower = [0; 8];
            match lowercase(option, &mut lower) {
                b"nx" if options.when != When::Present => options.when = When::Absent,
                b"xx" if options.when != When::Absent => options.when = When::Present,
                unit @ (b"ex" | b"px") => {
                    let milliseconds = if unit == b"ex" { 1000 } else { 1 };
                    // The same unit again is no error: the last time counts.
                    let other = ttl.is_some_and(|(_, before)| before != milliseconds);
                    match rest.next() {
                        Some(number) if !other => ttl = Some((number, milliseconds)),
                        _ => return replies.error("ERR syntax error"),
                    }
                }
                _ => return replies.error("ERR syntax error"),
            }
        }
        if let Some((number, milliseconds)) = ttl {
            let Some(number) = integer(number) else { return not_an_integer(replies) };
            match number.checked_mul(milliseconds) {
                Some(ttl) if ttl > 0 && ttl <= i64::MAX - since_1970() => {
                    options.expires_in = Some(Duration::from_millis(ttl as u64));
                }
                _ => return replies.error("ERR invalid expire time in 'set' command"),
            }
        }
        match self.db.set(args.get(0), args.get(1), options) {
            true => replies.simple("OK"),
            false => replies.null(),
        }
    }

    fn add(&self, key: &[u8], increment: Option<i64>, replies: &mut Replies) {
        let Some(increment) = increment else { return not_an_integer(replies) };
        match self.db.add(key, increment) {
            Ok(value) => replies.integer(value),
            Err(NotAnInteger::Value) => not_an_integer(replies),
            Err(NotAnInteger::Overflow) => {
                replies.error("ERR increment or decrement would overflow");
            }
        }
    }

    /// How clients begin that know of more than one version of RESP.
    fn hello(&mut self, args: Args<'_>, replies: &mut Replies) {
        if let Some(version) = args.iter().next() {
            let version = match integer(version) {
                Some(version @ 2..=3) => version,
                Some(_) => return replies.error("NOPROTO unsupported protocol version"),
                None => {
                    return replies
                        .error("ERR Protocol version is not an integer or out of range");
                }
            };
            let mut options = args.after(1).iter();
            while let Some(option) = options.next() {
                let mut lower = [0; 8];
                match (lowercase(option, &mut lower), options.next()) {
                    (b"setname", Some(name)) if is_name(name) => {
                        self.name = name.to_vec()
                    }
                    (b"setname", Some(_)) => return bad_name(replies),
                    // There is one user, and no password is wrong.
                    (b"auth", Some(b"default")) if options.next().is_some() => {}
                    (b"auth", Some(_)) if options.next().is_some() => {
                        return replies.error(
                            "WRONGPASS invalid username-password pair or user is disabled.",
                        );
                    }
                    _ => {
                        return replies.error(
                            [b"ERR Syntax error in HELLO option '", option, b"'"]
                                .concat(),
                        );
                    }
                }
            }
            self.version = version;
            replies.speak_resp3(version == 3);
        }
        replies.map(7);
        for (key, value) in [("server", "redis"), ("version", REDIS)] {
            replies.bulk(key);
            replies.bulk(value);
        }
        for (key, value) in [("proto", self.version), ("id", self.id)] {
            replies.bulk(key);
            replies.integer(value);
        }
        for (key, value) in [("mode", "standalone"), ("role", "master")] {
            replies.bulk(key);
            replies.bulk(value);
        }
        replies.bulk("modules");
        replies.array(0);
    }

    /// What this server knows of itself. Many clients ask before they begin, and wait as long as it is `loading`.
    fn info(&self, args: Args<'_>, replies: &mut Replies) {
        let server = format!(
            "redis_version:{REDIS}\r\nredis_mode:standalone\r\nprocess_id:{}\r\n",
            std::process::id()
        );
        let keyspace = match self.db.len() {
            0 => String::new(),
            keys => format!("db0:keys={keys}\r\n"),
        };
        let sections = [
            ("Server", server.as_str()),
            ("Persistence", "loading:0\r\nrdb_bgsave_in_progress:0\r\naof_enabled:0\r\n"),
            ("Replication", "role:master\r\nconnected_slaves:0\r\n"),
            ("Cluster", "cluster_enabled:0\r\n"),
            ("Keyspace", &keyspace),
        ];
        let all: [&[u8]; 3] = [b"default", b"all", b"everything"];
        let asked = |section: &str| {
            args.len() == 0
                || args.iter().any(|word| {
                    word.eq_ignore_ascii_case(section.as_bytes())
                        || all.iter().any(|all| word.eq_ignore_ascii_case(all))
                })
        };
        // A section that does not exist is an empty one.
        let told: Vec<String> = sections
            .iter()
            .filter(|(name, _)| asked(name))
            .map(|(name, lines)| format!("# {name}\r\n{lines}"))
            .collect();
        replies.text(told.join("\r\n"));
    }

    fn client(&mut self, args: Args<'_>, replies: &mut Replies) {
        let mut lower = [0; 8];
        match (lowercase(args.get(0), &mut lower), args.len() - 1) {
            (b"id", 0) => replies.integer(self.id),
            (b"getname", 0) if self.name.is_empty() => replies.null(),
            (b"getname", 0) => replies.bulk(&self.name),
            (b"setname", 1) if is_name(args.get(1)) => {
                self.name = args.get(1).to_vec();
                replies.simple("OK");
            }
            (b"setname", 1) => bad_name(replies),
            (sub @ (b"id" | b"getname" | b"setname"), _) => {
                wrong_number(&[b"client|", sub].concat(), replies);
            }
            _ => unknown_subcommand(args.get(0), "CLIENT", replies),
        }
    }
}

/// Milliseconds. Redis adds them to a time to live, and the sum must not overflow.
fn since_1970() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0, |now| now.as_millis() as i64)
}

/// A command's words behind its name.
#[derive(Clone, Copy)]
struct Args<'a> {
    request: Request<'a>,
    first: usize,
}

impl<'a> Args<'a> {
    fn len(self) -> usize {
        self.request.len().saturating_sub(self.first)
    }

    /// An argument that is there: `match` has seen to the number.
    fn get(self, at: usize) -> &'a [u8] {
        self.request.get(self.first + at).unwrap_or_default()
    }

    fn after(self, n: usize) -> Args<'a> {
        Args { first: self.first + n, ..self }
    }

    fn iter(self) -> impl Iterator<Item = &'a [u8]> + Clone {
        self.request.from(self.first)
    }
}

/// A command's name in lower case; an empty one if it is longer than any we know.
fn lowercase<'a>(word: &[u8], lower: &'a mut [u8; 8]) -> &'a [u8] {
    match lower.get_mut(..word.len()) {
        Some(lower) => {
            lower.copy_from_slice(word);
            lower.make_ascii_lowercase();
            lower
        }
        None => b"",
    }
}

fn select(args: Args<'_>, replies: &mut Replies) {
    match integer(args.get(0)) {
        Some(0) => replies.simple("OK"),
        Some(index) if i32::try_from(index).is_ok() => {
            replies.error("ERR DB index is out of range");
        }
        Some(_) => replies.error(
            "ERR value is out of range, value must between -2147483648 and 2147483647",
        ),
        None => not_an_integer(replies),
    }
}

/// What clients ask about before they start: whether a benchmark would wear out a disk, above all.
fn config(args: Args<'_>, replies: &mut Replies) {
    const PARAMETERS: [(&str, &str); 5] = [
        ("appendonly", "no"),
        ("databases", "1"),
        ("maxmemory", "0"),
        ("proto-max-bulk-len", "536870912"),
        ("save", ""),
    ];
    let sub = args.get(0);
    if !sub.eq_ignore_ascii_case(b"get") {
        return unknown_subcommand(sub, "CONFIG", replies);
    }
    if args.len() == 1 {
        return wrong_number(b"config|get", replies);
    }
    // A name comes back as it was written.
    let asked = |name: &'static str| {
        let mut words = args.after(1).iter();
        words.find_map(|word| match word {
            b"*" => Some(name.as_bytes()),
            _ => word.eq_ignore_ascii_case(name.as_bytes()).then_some(word),
        })
    };
    let found = PARAMETERS.iter().filter_map(|(name, value)| Some((asked(name)?, value)));
    replies.map(found.clone().count());
    for (name, value) in found {
        replies.bulk(name);
        replies.bulk(value);
    }
}

/// A row of the table that `COMMAND` is made from.
struct Row {
    name: &'static str,
    arity: i64,
    flags: &'static [&'static str],
    /// The places of the first and last key, and the step between two.
    keys: [i64; 3],
    since: &'static str,
    group: &'static str,
    summary: &'static str,
}

const NO_KEYS: [i64; 3] = [0; 3];

// A table reads best as one.
#[rustfmt::skip]
static TABLE: [Row; 15] = [
    row("client",  -2, &[],                             NO_KEYS,    "2.4.0",  "connection", "Name this connection, or ask for its id"),
    row("command", -1, &["loading", "stale"],           NO_KEYS,    "2.8.13", "server",     "List the commands"),
    row("config",  -2, &[],                             NO_KEYS,    "2.0.0",  "server",     "Ask for settings"),
    row("del",     -2, &["write"],                      [1, -1, 1], "1.0.0",  "generic",    "Delete keys"),
    row("echo",     2, &["fast"],                       NO_KEYS,    "1.0.0",  "connection", "Get the same back"),
    row("exists",  -2, &["readonly", "fast"],           [1, -1, 1], "1.0.0",  "generic",    "Count the keys that exist"),
    row("get",      2, &["readonly", "fast"],           [1, 1, 1],  "1.0.0",  "string",     "Get the value of a key"),
    row("hello",   -1, &["noscript", "stale", "fast"],  NO_KEYS,    "6.0.0",  "connection", "Agree on a version of RESP"),
    row("incr",     2, &["write", "denyoom", "fast"],   [1, 1, 1],  "1.0.0",  "string",     "Add one to a key"),
    row("incrby",   3, &["write", "denyoom", "fast"],   [1, 1, 1],  "1.0.0",  "string",     "Add a number to a key"),
    row("info",    -1, &["loading", "stale"],           NO_KEYS,    "1.0.0",  "server",     "Ask what the server knows of itself"),
    row("ping",    -1, &["fast"],                       NO_KEYS,    "1.0.0",  "connection", "Ask whether the server is there"),
    row("quit",    -1, &["noscript", "stale", "fast"],  NO_KEYS,    "1.0.0",  "connection", "Close the connection"),
    row("select",   2, &["loading", "stale", "fast"],   NO_KEYS,    "1.0.0",  "connection", "Choose database 0"),
    row("set",     -3, &["write", "denyoom"],           [1, 1, 1],  "1.0.0",  "string",     "Set the value of a key"),
];

const fn row(
    name: &'static str,
    arity: i64,
    flags: &'static [&'static str],
    keys: [i64; 3],
    since: &'static str,
    group: &'static str,
    summary: &'static str,
) -> Row {
    Row { name, arity, flags, keys, since, group, summary }
}

/// What `redis-cli` asks first, to complete what you type.
fn command(args: Args<'_>, replies: &mut Replies) {
    let find = |name: &[u8]| {
        TABLE.iter().find(|row| name.eq_ignore_ascii_case(row.name.as_bytes()))
    };
    let mut lower = [0; 8];
    match (args.len(), lowercase(args.get(0), &mut lower)) {
        (0, _) | (1, b"info") => {
            replies.array(TABLE.iter().count());
            TABLE.iter().for_each(|row| describe(row, replies));
        }
        (_, b"info") => {
            replies.array(args.len() - 1);
            for name in args.after(1).iter() {
                match find(name) {
                    Some(row) => describe(row, replies),
                    None => replies.null(),
                }
            }
        }
        (1, b"docs") => document(TABLE.iter(), replies),
        (_, b"docs") => document(args.after(1).iter().filter_map(find), replies),
        (1, b"count") => replies.integer(TABLE.iter().count() as i64),
        (_, b"count") => wrong_number(b"command|count", replies),
        (1, b"list") => {
            replies.array(TABLE.iter().count());
            TABLE.iter().for_each(|row| replies.bulk(row.name));
        }
        // It could be filtered.
        (_, b"list") => replies.error("ERR syntax error"),
        _ => unknown_subcommand(args.get(0), "COMMAND", replies),
    }
}

fn describe(row: &Row, replies: &mut Replies) {
    replies.array(10);
    replies.bulk(row.name);
    replies.integer(row.arity);
    replies.set(row.flags.len());
    row.flags.iter().for_each(|flag| replies.simple(flag));
    row.keys.iter().for_each(|place| replies.integer(*place));
    // Categories, tips, key specifications and subcommands: nobody needs them to connect.
    (0..4).for_each(|_| replies.array(0));
}

fn document(rows: impl Iterator<Item = &'static Row> + Clone, replies: &mut Replies) {
    replies.map(rows.clone().count());
    for row in rows {
        replies.bulk(row.name);
        replies.map(3);
        for (key, value) in
            [("summary", row.summary), ("since", row.since), ("group", row.group)]
        {
            replies.bulk(key);
            replies.bulk(value);
        }
    }
}

/// The name of the command that a request would run: `get`, or `client|id` for one with subcommands.
///
/// `None` if it would run none, because there is no such command, or because the number of arguments is wrong. Then
/// the reply is that error, in Redis's words.
pub fn command_name(request: Request<'_>, replies: &mut Replies) -> Option<String> {
    /// Does a number of words, the name's included, suit an arity? A negative one is a minimum.
    fn suits(arity: i64, words: usize) -> bool {
        arity == words as i64 || arity < 0 && words as i64 >= -arity
    }
    let (name, args) = (request.get(0)?, Args { request, first: 1 });
    let mut lower = [0; 8];
    let word = lowercase(name, &mut lower);
    let Some(row) = TABLE.iter().find(|row| row.name.as_bytes() == word) else {
        unknown(name, args, replies);
        return None;
    };
    if !suits(row.arity, request.len()) {
        wrong_number(word, replies);
        return None;
    }
    let subcommands: &[(&str, i64)] = match row.name {
        "client" => &[("getname", 2), ("id", 2), ("setname", 3)],
        "command" => &[("count", 2), ("docs", -2), ("info", -2), ("list", -2)],
        "config" => &[("get", -3)],
        _ => &[],
    };
    let Some(sub) = request.get(1).filter(|_| !subcommands.is_empty()) else {
        return Some(row.name.to_owned());
    };
    let found =
        subcommands.iter().find(|(name, _)| sub.eq_ignore_ascii_case(name.as_bytes()));
    let Some((sub_name, arity)) = found else {
        unknown_subcommand(sub, &row.name.to_ascii_uppercase(), replies);
        return None;
    };
    let full = format!("{}|{sub_name}", row.name);
    if !suits(*arity, request.len()) {
        wrong_number(full.as_bytes(), replies);
        return None;
    }
    Some(full)
}

fn not_an_integer(replies: &mut Replies) {
    replies.error("ERR value is not an integer or out of range");
}

fn wrong_number(command: &[u8], replies: &mut Replies) {
    let words = [b"ERR wrong number of arguments for '", command, b"' command"];
    replies.error(words.concat());
}

fn is_name(name: &[u8]) -> bool {
    name.iter().all(|byte| byte.is_ascii_graphic())
}

fn bad_name(replies: &mut Replies) {
    replies
        .error("ERR Client names cannot contain spaces, newlines or special characters.");
}

fn unknown_subcommand(sub: &[u8], command: &str, replies: &mut Replies) {
    let words = [b"ERR unknown subcommand '", excerpt(sub, EXCERPT), b"'. Try "];
    replies.error([&words.concat(), command.as_bytes(), b" HELP."].concat());
}

fn unknown(name: &[u8], args: Args<'_>, replies: &mut Replies) {
    let mut start = Vec::new();
    for arg in args.iter() {
        if start.len() >= EXCERPT {
            break;
        }
        let room = EXCERPT - start.len();
        start.extend_from_slice(&[b"'", excerpt(arg, room), b"' "].concat());
    }
    let name = excerpt(name, EXCERPT);
    let words =
        [b"ERR unknown command '", name, b"', with args beginning with: ", &start];
    replies.error(words.concat());
}

fn excerpt(bytes: &[u8], room: usize) -> &[u8] {
    &bytes[..bytes.len().min(room)]
}
