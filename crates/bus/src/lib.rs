//! Wake-ups and ephemeral signals between the nodes of one deployment: hints, never facts. Losing any of them costs
//! latency only, so everything here is best effort and bounded. Knows no table and no rule of the product.

mod nats;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use nats::{Nats, Signals as NatsSignals};

/// One hint to the other nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Signal {
    /// A node is there; said every [`ALIVE_EVERY`]. One that was not heard for three times that long is gone.
    Alive { node: String },
    /// The event log reaches this number.
    Head { seq: i64 },
    /// Somebody is writing; `audience` says who may know.
    Typing { conversation_id: String, author: TypingAuthor, audience: String },
    /// What an agent looks at, on the node that holds the agent's socket; `audience` says who may know.
    Viewing { node: String, agent_id: String, agent_name: String, conversation_id: Option<String>, audience: String },
    /// An agent's first socket opened or last socket closed on a node.
    Presence { node: String, agent_id: String, online: bool },
    /// A customer's first socket for a conversation opened or last one closed on a node.
    ContactPresence { node: String, conversation_id: String, online: bool },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypingAuthor {
    pub kind: TypingAuthorKind,
    pub id: Option<String>,
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypingAuthorKind {
    Agent,
    User,
}

/// Why a bus could not be opened. An unreachable server is no reason: the connection is made when it comes up.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    #[error("the bus address must be local:, nats://host:port or tls://host:port")]
    Address,
    #[error("a deployment's name on the bus is 1 to 64 letters, digits, hyphens or underscores")]
    Deployment,
    #[error("the bus connection could not be set up: {0}")]
    Connect(String),
}

/// How much went through this node's side of the bus since it was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Signals handed to the connection.
    pub published: u64,
    /// Other nodes' signals taken in.
    pub received: u64,
    /// Payloads that were no signal, or too long.
    pub malformed: u64,
    /// Signals not sent because the connection was down or too slow.
    pub dropped: u64,
    /// Times the connection was made again after it was lost.
    pub reconnects: u64,
}

/// The way to the other nodes. Cloning is cheap; the connection closes with the last clone.
#[derive(Debug, Clone)]
pub enum Bus {
    /// There are no other nodes.
    Local(Local),
    Nats(Nats),
}

/// The bus of a deployment with one node: it has nobody to talk to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Local;

impl Bus {
    /// Opens the bus named by `url`: `local:`, or one or more `nats://` or `tls://` addresses parted by commas.
    /// Does not wait for the server: a node starts and serves while NATS is down.
    pub async fn open(url: &str, deployment: &str) -> Result<Bus, BusError> {
        if url == "local:" {
            return Ok(Bus::Local(Local));
        }
        Nats::open(url, deployment).await.map(Bus::Nats)
    }

    /// Sends a hint to the other nodes without waiting. It is dropped, and counted, when the connection is down or slow.
    /// This node's own subscribers do not get it: the caller tells them directly.
    pub fn publish(&self, signal: &Signal) {
        match self {
            Bus::Local(_) => {}
            Bus::Nats(nats) => nats.publish(signal),
        }
    }

    /// The other nodes' signals from now on.
    #[must_use]
    pub fn subscribe(&self) -> Signals {
        match self {
            Bus::Local(_) => Signals::Silent,
            Bus::Nats(nats) => Signals::Nats(nats.subscribe()),
        }
    }

    /// False while other nodes' hints may be missing. The caller then polls the event log, at least every
    /// [`POLL_WITHIN`]. It turns true only after the connection has stood for longer than that, so that one poll after
    /// the reconnection has found whatever was missed.
    #[must_use]
    pub fn healthy(&self) -> bool {
        match self {
            Bus::Local(_) => true,
            Bus::Nats(nats) => nats.healthy(),
        }
    }

    #[must_use]
    pub fn counts(&self) -> Counts {
        match self {
            Bus::Local(_) => Counts::default(),
            Bus::Nats(nats) => nats.counts(),
        }
    }
}

/// How often a node says that it is there.
pub const ALIVE_EVERY: std::time::Duration = std::time::Duration::from_secs(10);

/// The longest pause between two polls of the event log while the bus is not healthy.
pub const POLL_WITHIN: std::time::Duration = std::time::Duration::from_secs(2);

/// A subscription. A reader that falls far behind loses the oldest signals but never the newest head.
#[derive(Debug)]
pub enum Signals {
    /// Of a local bus: nothing ever comes.
    Silent,
    Nats(NatsSignals),
}

impl Signals {
    /// The next signal of another node. Waits for ever on a local bus and once the bus is closed. Safe to drop while waiting.
    pub async fn recv(&mut self) -> Signal {
        match self {
            Signals::Silent => std::future::pending().await,
            Signals::Nats(signals) => signals.recv().await,
        }
    }
}
