//! A client that keeps up with conversations over a socket the way the wire contract asks: it resumes from its own position
//! after every break, drops nothing and invents nothing. What it heard is checked by `history`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::Value;
use tokio::sync::watch;

use crate::client::{Agent, Api, Visitor};
use crate::history::Stored;
use crate::socket::{Frame, Socket};

const RETRY: Duration = Duration::from_millis(25);
/// Heartbeats come every 20 s: a socket silent for longer than this is dead.
const SILENCE: Duration = Duration::from_secs(50);

#[derive(Debug, Clone)]
enum Source {
    Agent(Agent),
    Visitor(Visitor, Vec<String>),
}

/// One reader with its own copy of the conversations.
#[derive(Debug)]
pub struct Follower {
    pub name: String,
    source: Source,
    /// Where to connect; after a failure the next one is tried.
    addresses: Vec<Api>,
    at: usize,
    /// How long it stays with one address before it goes on to the next; `None`: until the connection breaks.
    stay: Option<Duration>,
    /// An agent's position in the event log.
    after: i64,
    heard: BTreeMap<String, Vec<Stored>>,
    /// When each message was heard first, by message id.
    pub arrivals: BTreeMap<String, Instant>,
    pub connections: u64,
    /// What the server did against the contract.
    pub faults: Vec<String>,
}

impl Follower {
    /// Follows every conversation of the desk from its first event on.
    #[must_use]
    pub fn agent(agent: Agent, addresses: Vec<Api>) -> Follower {
        Follower::new(format!("agent {}", agent.name), Source::Agent(agent), addresses)
    }

    /// Follows a customer's conversations.
    #[must_use]
    pub fn visitor(visitor: Visitor, conversations: Vec<String>, addresses: Vec<Api>) -> Follower {
        Follower::new(format!("visitor of {conversations:?}"), Source::Visitor(visitor, conversations), addresses)
    }

    fn new(name: String, source: Source, addresses: Vec<Api>) -> Follower {
        Follower {
            name,
            source,
            addresses,
            at: 0,
            stay: None,
            after: 0,
            heard: BTreeMap::new(),
            arrivals: BTreeMap::new(),
            connections: 0,
            faults: Vec::new(),
        }
    }

    /// Goes from address to address, staying this long with each, as behind a load balancer that drops connections.
    #[must_use]
    pub fn restless(mut self, stay: Duration) -> Follower {
        self.name.push_str(" (restless)");
        self.stay = Some(stay);
        self
    }

    /// What was heard of a conversation, in the order it came.
    #[must_use]
    pub fn heard(&self, conversation: &str) -> &[Stored] {
        self.heard.get(conversation).map(Vec::as_slice).unwrap_or_default()
    }

    /// Connects, and connects again after every break, until `stop` turns true.
    pub async fn follow(&mut self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow_and_update() {
            let stay = self.stay;
            tokio::select! {
                () = self.follow_once(None) => {}
                () = wait(stay) => self.at += 1,
                _ = stop.wait_for(|stop| *stop) => return,
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Listens until every conversation has reached its head. Error when `limit` passes first.
    pub async fn catch_up(&mut self, heads: &BTreeMap<String, i64>, limit: Duration) -> Result<()> {
        let caught = async {
            while !self.reached(heads) {
                self.follow_once(Some(heads)).await;
                tokio::time::sleep(RETRY).await;
            }
        };
        if tokio::time::timeout(limit, caught).await.is_err() {
            let behind: Vec<_> = heads.iter().filter(|(id, head)| self.position(id) < **head).take(3).collect();
            bail!("{} did not catch up within {limit:?}: behind {behind:?}, position {}", self.name, self.after);
        }
        Ok(())
    }

    fn reached(&self, heads: &BTreeMap<String, i64>) -> bool {
        heads.iter().filter(|(id, _)| self.concerns(id)).all(|(id, head)| self.position(id) >= *head)
    }

    /// Whether this reader is meant to hear of a conversation.
    #[must_use]
    pub fn concerns(&self, conversation: &str) -> bool {
        match &self.source {
            Source::Agent(_) => true,
            Source::Visitor(_, conversations) => conversations.iter().any(|id| id == conversation),
        }
    }

    fn position(&self, conversation: &str) -> i64 {
        self.heard(conversation).last().map_or(0, |last| last.seq)
    }

    /// One connection, until it ends or the heads are reached.
    async fn follow_once(&mut self, heads: Option<&BTreeMap<String, i64>>) {
        let api = self.addresses[self.at % self.addresses.len()].clone();
        let connected = match &self.source {
            Source::Agent(agent) => Socket::agent(&agent.at(api), Some(self.after)).await,
            Source::Visitor(visitor, conversations) => {
                let positions: Vec<_> = conversations.iter().map(|id| (id.clone(), self.position(id))).collect();
                Socket::visitor(&visitor.at(api), &positions).await
            }
        };
        let Ok(mut socket) = connected else {
            self.at += 1;
            return;
        };
        self.connections += 1;
        loop {
            if heads.is_some_and(|heads| self.reached(heads)) {
                return;
            }
            match tokio::time::timeout(SILENCE, socket.next()).await {
                Ok(Frame::Json(frame)) => self.take(&frame),
                Ok(Frame::Broken | Frame::Closed(1000 | 1001 | 1005 | 1006 | 1012 | 4008)) => return,
                Ok(Frame::Closed(code)) => return self.faults.push(format!("closed with {code}")),
                Err(_) => return self.faults.push(format!("no heartbeat within {SILENCE:?}")),
            }
        }
    }

    fn take(&mut self, frame: &Value) {
        match frame["type"].as_str().unwrap_or_default() {
            "event" => {
                if frame["kind"] == "message.created" {
                    self.take_message(frame);
                }
                self.advance(frame["seq"].as_i64(), true);
            }
            "heartbeat" | "ready" => self.advance(frame["head"].as_i64(), false),
            "snapshot_required" => self.faults.push(format!("snapshot_required at position {}", self.after)),
            _ => {}
        }
    }

    /// A customer's frames carry message numbers, which are checked with the message itself.
    fn advance(&mut self, seq: Option<i64>, event: bool) {
        if matches!(self.source, Source::Visitor(..)) {
            return;
        }
        let seq = seq.unwrap_or_default();
        if event && seq <= self.after {
            self.faults.push(format!("event {seq} came again, or late: position {}", self.after));
        }
        self.after = self.after.max(seq);
    }

    fn take_message(&mut self, frame: &Value) {
        let message = &frame["data"]["message"];
        if message["note"] == Value::Bool(true) {
            return;
        }
        let stored = Stored::from_message(message);
        let conversation = frame["conversation_id"].as_str().unwrap_or_default().to_owned();
        let position = self.position(&conversation);
        if stored.seq != position + 1 {
            self.faults.push(format!("{conversation}: message {} after {position}", stored.seq));
        }
        if stored.seq > position {
            self.arrivals.entry(stored.id.clone()).or_insert_with(Instant::now);
            self.heard.entry(conversation).or_default().push(stored);
        }
    }
}

/// For ever when there is no limit.
async fn wait(limit: Option<Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
}
