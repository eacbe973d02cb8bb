//! The sockets of a run, kept open the way a client keeps them: one that is closed for being slow, or breaks, comes back and
//! resumes from its own position. What is read goes to the board.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, TcpStream as StdStream};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use tokio::task::AbortHandle;

use crate::feed::Feed;
use crate::load::Board;
use crate::target::{Customer, Target};
use crate::wire;

const RECONNECT: Duration = Duration::from_millis(20);

/// The writing side of a customer's socket, which changes when it reconnects.
#[derive(Debug, Default)]
pub struct Pen(Mutex<Option<Arc<StdStream>>>);

impl Pen {
    #[must_use]
    pub fn get(&self) -> Option<Arc<StdStream>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, stream: Arc<StdStream>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(stream);
    }
}

/// Opens agent `index`'s socket and keeps it.
pub fn agent(target: &Target, index: usize, headers: String, board: Arc<Board>) -> AbortHandle {
    let address = target.address;
    let task = tokio::spawn(async move {
        let (mut newest, mut after, mut last) = (Vec::new(), None, HashMap::new());
        loop {
            let hello = json!({"type": "hello", "after": after}).to_string();
            let ended = match Feed::open(address, Ipv4Addr::LOCALHOST, "/api/v1/socket", &headers, &hello).await {
                Ok(feed) => feed.read(|text| note(&board, index, text, after.is_none(), &mut newest, &mut last)).await,
                Err(error) => Err(error),
            };
            after = position(&newest).or(after);
            pause(&board, &ended).await;
        }
    });
    task.abort_handle()
}

/// Hands a frame to the board and keeps it when it says how far this agent is. A `ready` says so only at the first time:
/// after a resumption the missed events come behind it.
fn note(board: &Board, index: usize, text: &[u8], first: bool, newest: &mut Vec<u8>, last: &mut HashMap<usize, u64>) {
    board.heard(index, text, last);
    let is = |kind: &[u8]| memchr::memmem::find(text, kind).is_some();
    if is(b"\"type\":\"event\"") || is(b"\"type\":\"heartbeat\"") || first && is(b"\"type\":\"ready\"") {
        newest.clear();
        newest.extend_from_slice(text);
    }
}

/// The event number a frame stands for.
fn position(frame: &[u8]) -> Option<i64> {
    let frame: Value = serde_json::from_slice(frame).ok()?;
    frame["seq"].as_i64().or_else(|| frame["head"].as_i64())
}

/// Opens a customer's socket and keeps it.
pub fn customer(target: &Target, customer: &Customer, pen: Arc<Pen>, board: Arc<Board>) -> AbortHandle {
    let (address, headers) = (target.address, target.headers(&customer.visitor.auth));
    let conversation = customer.conversation.clone();
    let task = tokio::spawn(async move {
        let (mut after, mut waiting) = (1, true);
        loop {
            let ended = match open(address, Ipv4Addr::LOCALHOST, &headers, &conversation, after).await {
                Ok(feed) => {
                    pen.set(feed.writer());
                    let on_text = |text: &[u8]| {
                        if waiting && memchr::memmem::find(text, b"\"type\":\"ready\"").is_some() {
                            waiting = false;
                            board.ready.fetch_add(1, Relaxed);
                        }
                        if let Some(at) = memchr::memmem::find(text, b"\"message\":{") {
                            after = after.max(wire::number_after(&text[at..], b"\"seq\":").unwrap_or(0));
                        }
                    };
                    feed.read(on_text).await
                }
                Err(error) => Err(error),
            };
            pause(&board, &ended).await;
        }
    });
    task.abort_handle()
}

/// One socket of a customer that has the conversation's messages up to `after`.
pub async fn open(
    address: SocketAddr,
    source: Ipv4Addr,
    headers: &str,
    conversation: &str,
    after: u64,
) -> Result<Feed> {
    let conversations: serde_json::Map<_, _> = [(conversation.to_owned(), json!(after))].into_iter().collect();
    let hello = json!({"type": "hello", "conversations": conversations}).to_string();
    Feed::open(address, source, "/api/chat/socket", headers, &hello).await
}

async fn pause(board: &Board, ended: &Result<()>) {
    if board.closed.fetch_add(1, Relaxed) == 0
        && let Err(error) = ended
    {
        let chain: Vec<_> = error.chain().map(ToString::to_string).collect();
        eprintln!("a socket ended and comes back: {}", chain.join(": "));
    }
    tokio::time::sleep(RECONNECT).await;
}

#[cfg(test)]
mod tests {
    use super::position;

    #[test]
    fn a_position_is_the_events_own_number_not_its_messages() {
        assert_eq!(position(br#"{"data":{"message":{"seq":4}},"seq":102,"type":"event"}"#), Some(102));
        assert_eq!(position(br#"{"type":"heartbeat","head":7}"#), Some(7));
        assert_eq!(position(b""), None);
    }
}
