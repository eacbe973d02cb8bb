//! Customers and agents at work: who sends what when is fixed in advance, and every message is looked for at the socket of the
//! agent it belongs to. Counts what is lost, doubled or out of order.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::follow::{self, Pen};
use crate::pace::Clock;
use crate::pool::{Pool, write_all};
use crate::target::{Customer, People, Target};
use crate::wire;

const SETTLE_LIMIT: Duration = Duration::from_secs(60);
const READY_LIMIT: Duration = Duration::from_secs(30);
/// The part of a message key after the run's own eight digits, before the twelve that number the message.
const KEY_MIDDLE: &str = "-0000-4000-8000-";

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// POST of a message; done with its answer and its arrival at the owner's socket.
    Message,
    /// A typing frame on the customer's socket; done with its arrival at the owner's socket.
    Typing,
}

/// Nanoseconds of the run's clock for each message of one step; zero: did not happen.
pub struct Slots {
    base: u64,
    pub intended: Vec<AtomicU64>,
    pub written: Vec<AtomicU64>,
    pub acked: Vec<AtomicU64>,
    pub delivered: Vec<AtomicU64>,
    /// Answered with something else than success, or not at all.
    pub failed: AtomicU64,
}

impl Slots {
    pub fn new(base: u64, count: usize) -> Slots {
        let times = || std::iter::repeat_with(AtomicU64::default).take(count).collect();
        Slots {
            base,
            intended: times(),
            written: times(),
            acked: times(),
            delivered: times(),
            failed: AtomicU64::new(0),
        }
    }

    /// Keys of other steps have no place here.
    fn place(&self, key: u64) -> Option<usize> {
        let index = usize::try_from(key.checked_sub(self.base)?).ok()?;
        (index < self.intended.len()).then_some(index)
    }
}

/// What the readers share.
pub struct Board {
    pub clock: Clock,
    prefix: String,
    slots: RwLock<Arc<Slots>>,
    /// Messages that came to their owner twice.
    pub duplicates: AtomicU64,
    /// Messages that came after a later one of the same conversation.
    pub inversions: AtomicU64,
    /// Frames that came to agents who do not own the conversation.
    pub others: AtomicU64,
    /// Times a socket ended and came back.
    pub closed: AtomicU64,
    /// Sockets the server has greeted.
    pub ready: AtomicU64,
    /// The typing frame under way of each customer, as key + 1.
    typing: Vec<AtomicU64>,
    by_conversation: HashMap<Vec<u8>, usize>,
    agents: usize,
}

impl Board {
    fn slots(&self) -> Arc<Slots> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn answered(&self, key: u64, status: u16) {
        let slots = self.slots();
        let Some(index) = slots.place(key) else { return };
        if status == 201 {
            slots.acked[index].store(self.clock.now(), Relaxed);
        } else {
            slots.failed.fetch_add(1, Relaxed);
        }
    }

    /// One frame at the socket of agent `agent`; `last` are the conversation's newest numbers there.
    pub fn heard(&self, agent: usize, text: &[u8], last: &mut HashMap<usize, u64>) {
        if memchr::memmem::find(text, b"\"message.created\"").is_some() {
            self.heard_message(agent, text, last);
        } else if text.starts_with(b"{\"type\":\"typing\"")
            || memchr::memmem::find(text, b"\"type\":\"typing\"").is_some()
        {
            self.heard_typing(agent, text);
        } else if memchr::memmem::find(text, b"\"type\":\"ready\"").is_some() {
            self.ready.fetch_add(1, Relaxed);
        }
    }

    fn heard_message(&self, agent: usize, text: &[u8], last: &mut HashMap<usize, u64>) {
        let now = self.clock.now();
        let Some(key) = wire::quoted_after(text, b"\"client_id\":\"").and_then(|id| self.key(id)) else { return };
        let customer = (key % self.typing.len() as u64) as usize;
        if customer % self.agents != agent {
            self.others.fetch_add(1, Relaxed);
            return;
        }
        let slots = self.slots();
        let Some(index) = slots.place(key) else { return };
        if slots.delivered[index].swap(now, Relaxed) != 0 {
            self.duplicates.fetch_add(1, Relaxed);
        }
        let message = memchr::memmem::find(text, b"\"message\":{").map_or(text, |at| &text[at..]);
        let number = wire::number_after(message, b"\"seq\":").unwrap_or(0);
        let newest = last.entry(customer).or_insert(0);
        if number <= *newest {
            self.inversions.fetch_add(1, Relaxed);
        }
        *newest = number.max(*newest);
    }

    fn heard_typing(&self, agent: usize, text: &[u8]) {
        let now = self.clock.now();
        let id = wire::quoted_after(text, b"\"conversation_id\":\"");
        let Some(&customer) = id.and_then(|id| self.by_conversation.get(id)) else { return };
        if customer % self.agents != agent {
            self.others.fetch_add(1, Relaxed);
            return;
        }
        let slots = self.slots();
        match self.typing[customer].swap(0, Relaxed).checked_sub(1).and_then(|key| slots.place(key)) {
            Some(index) => slots.delivered[index].store(now, Relaxed),
            None => drop(self.duplicates.fetch_add(1, Relaxed)),
        }
    }

    /// The number in a message key of this run.
    fn key(&self, client_id: &[u8]) -> Option<u64> {
        let digits = client_id.strip_prefix(self.prefix.as_bytes())?;
        u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }
}

/// A message request with a hole for the last twelve digits of its key.
struct Template {
    bytes: Vec<u8>,
    hole: usize,
}

/// Sends for all customers; used from one thread.
pub struct Sender {
    pool: Pool,
    templates: Arc<Vec<Template>>,
    typing: Arc<Vec<(Arc<Pen>, Vec<u8>)>>,
    board: Arc<Board>,
    scratch: Vec<u8>,
}

impl Sender {
    /// Message or typing frame number `key`, due at `due`.
    pub fn send(&mut self, kind: Kind, slots: &Slots, key: u64, due: u64) {
        let Some(index) = slots.place(key) else { return };
        let customer = (key % self.templates.len() as u64) as usize;
        slots.intended[index].store(due, Relaxed);
        slots.written[index].store(self.board.clock.now(), Relaxed);
        match kind {
            Kind::Message => {
                let template = &self.templates[customer];
                self.scratch.clear();
                self.scratch.extend_from_slice(&template.bytes);
                self.scratch[template.hole..template.hole + 12].copy_from_slice(format!("{key:012x}").as_bytes());
                self.pool.send(key, &self.scratch);
            }
            Kind::Typing => {
                self.board.typing[customer].store(key + 1, Relaxed);
                let (pen, frame) = &self.typing[customer];
                // While the socket is away nobody can type: the frame is lost, and counted so.
                if let Some(stream) = pen.get() {
                    let _ = write_all(&stream, frame);
                }
            }
        }
    }
}

/// Everything that is open during a run.
pub struct Load {
    pub board: Arc<Board>,
    pub people: People,
    pool: Pool,
    templates: Arc<Vec<Template>>,
    typing: Arc<Vec<(Arc<Pen>, Vec<u8>)>>,
    readers: Vec<tokio::task::AbortHandle>,
    next_key: u64,
}

/// How many of what.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct LoadArguments {
    /// Customers, each with a conversation and an open socket.
    #[arg(long, default_value_t = 500)]
    pub customers: usize,
    /// Agents, each with an open socket; every one of them is told of every message.
    #[arg(long, default_value_t = 10)]
    pub agents: usize,
    /// Characters of a message.
    #[arg(long, default_value_t = 120)]
    pub body: usize,
    /// HTTP connections.
    #[arg(long, default_value_t = 256)]
    pub connections: usize,
}

impl Load {
    pub async fn open(target: &Target, size: &LoadArguments) -> Result<Load> {
        let people = target.people(size.customers, size.agents).await.context("make the people")?;
        let by_conversation = people
            .customers
            .iter()
            .enumerate()
            .map(|(index, customer)| (customer.conversation.clone().into_bytes(), index));
        let board = Arc::new(Board {
            clock: Clock::start(),
            prefix: format!("{:08x}{KEY_MIDDLE}", rand::random::<u32>()),
            slots: RwLock::new(Arc::new(Slots::new(0, 0))),
            duplicates: AtomicU64::new(0),
            inversions: AtomicU64::new(0),
            others: AtomicU64::new(0),
            closed: AtomicU64::new(0),
            ready: AtomicU64::new(0),
            typing: std::iter::repeat_with(AtomicU64::default).take(size.customers).collect(),
            by_conversation: by_conversation.collect(),
            agents: size.agents,
        });
        let answered = board.clone();
        let on_answer = Arc::new(move |key, status| answered.answered(key, status));
        let pool = Pool::open(target.address, size.connections, on_answer).await?;
        let templates = people.customers.iter().map(|customer| template(target, customer, &board.prefix, size.body));
        let templates = Arc::new(templates.collect::<Vec<_>>());
        let mut load =
            Load { board, people, pool, templates, typing: Arc::default(), readers: Vec::new(), next_key: 1 };
        load.open_sockets(target).await?;
        Ok(load)
    }

    async fn open_sockets(&mut self, target: &Target) -> Result<()> {
        for (index, agent) in self.people.agents.iter().enumerate() {
            self.readers.push(follow::agent(target, index, target.headers(&agent.auth), self.board.clone()));
        }
        let mut typing = Vec::with_capacity(self.people.customers.len());
        for customer in &self.people.customers {
            let pen = Arc::new(Pen::default());
            let mut frame = Vec::new();
            let text = json!({"type": "typing", "conversation_id": customer.conversation}).to_string();
            wire::send_frame(&mut frame, wire::TEXT, text.as_bytes());
            typing.push((pen.clone(), frame));
            self.readers.push(follow::customer(target, customer, pen, self.board.clone()));
        }
        self.typing = Arc::new(typing);
        let (start, expected) = (Instant::now(), self.readers.len() as u64);
        while self.board.ready.load(Relaxed) < expected {
            let ready = self.board.ready.load(Relaxed);
            ensure!(start.elapsed() < READY_LIMIT, "only {ready} of {expected} sockets are ready");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Waits until nothing of the last step is under way.
    pub async fn settle(&self) {
        self.pool.settle(SETTLE_LIMIT).await;
    }

    /// Sets up the next step of `count` messages and its sender.
    pub fn next_step(&mut self, count: usize) -> (Arc<Slots>, u64, Sender) {
        let base = self.next_key;
        self.next_key += count as u64;
        let slots = Arc::new(Slots::new(base, count));
        *self.board.slots.write().unwrap_or_else(PoisonError::into_inner) = slots.clone();
        let sender = Sender {
            pool: self.pool.clone(),
            templates: self.templates.clone(),
            typing: self.typing.clone(),
            board: self.board.clone(),
            scratch: Vec::with_capacity(1_024),
        };
        (slots, base, sender)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.readers.iter().for_each(tokio::task::AbortHandle::abort);
    }
}

fn template(target: &Target, customer: &Customer, prefix: &str, length: usize) -> Template {
    const SENTENCE: &str =
        "The parcel I ordered last week has not arrived and the tracking page shows nothing at all. ";
    let text: String = SENTENCE.chars().cycle().take(length).collect();
    let key = format!("{prefix}000000000000");
    let body = json!({
        "inbox": customer.visitor.inbox, "conversation_id": customer.conversation, "client_id": key,
        "content": {"type": "text", "text": text},
    });
    let mut bytes = Vec::new();
    wire::post(&mut bytes, "/api/chat/message", &target.headers(&customer.visitor.auth), body.to_string().as_bytes());
    let hole = memchr::memmem::find(&bytes, key.as_bytes()).map_or(0, |at| at + prefix.len());
    Template { bytes, hole }
}
