//! A client that writes messages one after another and never gives up on one: after a break it sends the same key again,
//! to the next address. Its history is checked by `history`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::watch;

use crate::client::{Agent, Answer, Api, Visitor};
use crate::history::{Outcome, Sent};

const RETRY: Duration = Duration::from_millis(25);
/// One in this many acknowledged messages is sent a second time on purpose.
const REPEAT_ONE_IN: u32 = 8;

/// Who writes into which conversation.
#[derive(Debug, Clone)]
pub enum Voice {
    Customer(Visitor, String),
    /// The owner of the conversation, with the epoch of the claim.
    Agent(Agent, String, i64),
}

impl Voice {
    #[must_use]
    pub fn conversation(&self) -> &str {
        match self {
            Voice::Customer(_, id) | Voice::Agent(_, id, _) => id,
        }
    }
}

#[derive(Debug)]
pub struct Writer {
    index: usize,
    voice: Voice,
    addresses: Vec<Api>,
    at: usize,
    rng: SmallRng,
    pub sent: Vec<Sent>,
    /// When each message was sent first, by message id; only acknowledged ones.
    pub departures: BTreeMap<String, Instant>,
    /// What the server did against the contract.
    pub faults: Vec<String>,
}

impl Writer {
    /// `index` is unique in the run; with `seed` it decides texts and repetitions.
    #[must_use]
    pub fn new(index: usize, voice: Voice, addresses: Vec<Api>, seed: u64) -> Writer {
        let rng = SmallRng::seed_from_u64(seed ^ (index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Writer {
            index,
            voice,
            addresses,
            at: 0,
            rng,
            sent: Vec::new(),
            departures: BTreeMap::new(),
            faults: Vec::new(),
        }
    }

    #[must_use]
    pub fn conversation(&self) -> &str {
        self.voice.conversation()
    }

    #[must_use]
    pub fn acked(&self) -> usize {
        self.sent.iter().filter(|sent| matches!(sent.outcome, Outcome::Acked { .. })).count()
    }

    /// Writes with a pause around `pace` between messages until `stop` turns true. The last message may stay unanswered.
    pub async fn write(&mut self, stop: watch::Receiver<bool>, pace: Duration) {
        while !*stop.borrow() {
            let order = self.sent.len() as u64;
            let text = format!("{} writes {order}: {:x}", self.index, self.rng.random::<u64>());
            let client_id = crate::client_id();
            self.sent.push(Sent { writer: self.index, order, client_id, text, outcome: Outcome::Unknown });
            self.deliver(&stop).await;
            tokio::time::sleep(pace.mul_f64(self.rng.random_range(0.5..1.5))).await;
        }
    }

    /// Sends the last message until it is answered, or until `stop` when the way is broken.
    async fn deliver(&mut self, stop: &watch::Receiver<bool>) {
        let start = Instant::now();
        loop {
            match self.attempt().await {
                Some(answer) => return self.note(&answer, start).await,
                None if *stop.borrow() => return,
                None => self.at += 1,
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Sends the last message once more if its outcome is unknown, until it is known. Error when `limit` passes first.
    pub async fn settle(&mut self, limit: Duration) -> Result<()> {
        if self.sent.last().is_none_or(|last| last.outcome != Outcome::Unknown) {
            return Ok(());
        }
        let (_open, never) = watch::channel(false);
        let settled = tokio::time::timeout(limit, self.deliver(&never)).await;
        ensure!(settled.is_ok(), "writer {}'s last message was not answered within {limit:?}", self.index);
        Ok(())
    }

    /// One try; `None` when no answer came or the server said to come back.
    async fn attempt(&self) -> Option<Answer> {
        let last = self.sent.last()?;
        let api = self.addresses[self.at % self.addresses.len()].clone();
        let answer = match &self.voice {
            Voice::Customer(visitor, conversation) => {
                visitor.at(api).send(Some(conversation), &last.client_id, &last.text).await
            }
            Voice::Agent(agent, conversation, epoch) => {
                agent.at(api).reply(conversation, *epoch, &last.client_id, &last.text).await
            }
        };
        answer.ok().filter(|answer| answer.status != 503)
    }

    async fn note(&mut self, answer: &Answer, start: Instant) {
        let acked = acknowledged(answer);
        let Some(last) = self.sent.last_mut() else { return };
        let Some((id, seq)) = acked else {
            last.outcome = Outcome::Refused;
            return self.faults.push(format!("refused with {}: {}", answer.status, answer.body));
        };
        self.departures.insert(id.clone(), start);
        last.outcome = Outcome::Acked { id: id.clone(), seq };
        if self.rng.random_ratio(1, REPEAT_ONE_IN)
            && let Some(again) = self.attempt().await
            && (again.status != 200 || acknowledged(&again).is_none_or(|second| second != (id, seq)))
        {
            self.faults.push(format!("the same message again answered {}: {}", again.status, again.body));
        }
    }
}

fn acknowledged(answer: &Answer) -> Option<(String, i64)> {
    let message = &answer.body["message"];
    let known = answer.status == 201 || answer.status == 200;
    Some((message["id"].as_str().filter(|_| known)?.to_owned(), message["seq"].as_i64()?))
}
