//! The bus over core NATS (at most once, nothing stored): the connection, its two bounded queues and its counters.
//! What a signal means is not known here.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_nats::connection::State;
use async_nats::{Client, ConnectOptions, Event, ServerAddr, Subscriber};
use bytes::Bytes;
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use tokio::sync::{broadcast, mpsc};
use tokio::task::AbortHandle;

use crate::{BusError, Counts, POLL_WITHIN, Signal};

/// Signals waiting to be sent; more are dropped.
pub(crate) const OUTGOING: usize = 1_024;
/// Signals waiting for a subscriber; the oldest give way.
const INCOMING: usize = 4_096;
/// The longest payload taken or sent, in bytes. Names and ids fit many times over.
const LONGEST: usize = 8 * 1_024;
/// A connection that answers no ping for two of these counts as lost.
const PING_EVERY: Duration = Duration::from_secs(3);
/// The longest pause between two attempts to connect.
const RETRY_WITHIN: Duration = Duration::from_secs(2);

/// What travels: the signal and who sent it, since a node must not take its own signals for another's.
#[derive(Serialize)]
struct Outgoing<'a> {
    from: &'a str,
    signal: &'a Signal,
}

#[derive(Deserialize)]
struct Incoming {
    from: String,
    signal: Signal,
}

/// One node's connection to NATS.
#[derive(Debug, Clone)]
pub struct Nats {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    from: String,
    client: Client,
    outgoing: mpsc::Sender<Bytes>,
    incoming: broadcast::Sender<Signal>,
    shared: Arc<Shared>,
    tasks: [AbortHandle; 2],
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

#[derive(Debug, Default)]
struct Shared {
    published: AtomicU64,
    received: AtomicU64,
    malformed: AtomicU64,
    dropped: AtomicU64,
    connects: AtomicU64,
    newest_head: AtomicI64,
    connected_since: Mutex<Option<Instant>>,
}

impl Nats {
    pub(crate) async fn open(url: &str, deployment: &str) -> Result<Nats, BusError> {
        let addresses = addresses(url)?;
        let subject = subject(deployment)?;
        let shared = Arc::new(Shared::default());
        let client = options(&shared).connect(addresses).await.map_err(|error| BusError::Connect(error.to_string()))?;
        let subscriber =
            client.subscribe(subject.clone()).await.map_err(|error| BusError::Connect(error.to_string()))?;
        let from = format!("{:016x}", RandomState::new().build_hasher().finish());
        let (outgoing, queue) = mpsc::channel(OUTGOING);
        let (incoming, _) = broadcast::channel(INCOMING);
        let sender = tokio::spawn(send(client.clone(), subject, queue, shared.clone()));
        let receiver = tokio::spawn(receive(subscriber, from.clone(), incoming.clone(), shared.clone()));
        let tasks = [sender.abort_handle(), receiver.abort_handle()];
        Ok(Nats { inner: Arc::new(Inner { from, client, outgoing, incoming, shared, tasks }) })
    }

    pub(crate) fn publish(&self, signal: &Signal) {
        let inner = &*self.inner;
        let payload = serde_json::to_vec(&Outgoing { from: &inner.from, signal }).unwrap_or_default();
        let sendable =
            !payload.is_empty() && payload.len() <= LONGEST && inner.client.connection_state() == State::Connected;
        if !sendable || inner.outgoing.try_send(payload.into()).is_err() {
            inner.shared.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn subscribe(&self) -> Signals {
        Signals { receiver: self.inner.incoming.subscribe(), shared: self.inner.shared.clone() }
    }

    pub(crate) fn healthy(&self) -> bool {
        let since = *self.inner.shared.connected_since.lock().unwrap_or_else(PoisonError::into_inner);
        let settled = since.is_some_and(|since| since.elapsed() > POLL_WITHIN + POLL_WITHIN / 2);
        settled && self.inner.client.connection_state() == State::Connected
    }

    pub(crate) fn counts(&self) -> Counts {
        let shared = &*self.inner.shared;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            published: read(&shared.published),
            received: read(&shared.received),
            malformed: read(&shared.malformed),
            dropped: read(&shared.dropped),
            reconnects: read(&shared.connects).saturating_sub(1),
        }
    }
}

/// A subscription to the other nodes' signals.
#[derive(Debug)]
pub struct Signals {
    receiver: broadcast::Receiver<Signal>,
    shared: Arc<Shared>,
}

impl Signals {
    pub(crate) async fn recv(&mut self) -> Signal {
        match self.receiver.recv().await {
            Ok(signal) => signal,
            // The signals that were skipped are gone; the only one that must not be is how far the log reaches.
            Err(broadcast::error::RecvError::Lagged(_)) => {
                Signal::Head { seq: self.shared.newest_head.load(Ordering::Acquire) }
            }
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

fn addresses(url: &str) -> Result<Vec<ServerAddr>, BusError> {
    let parse = |part: &str| {
        let known = part.starts_with("nats://") || part.starts_with("tls://");
        part.parse::<ServerAddr>().ok().filter(|_| known).ok_or(BusError::Address)
    };
    url.split(',').map(str::trim).map(parse).collect()
}

fn subject(deployment: &str) -> Result<String, BusError> {
    let plain = deployment.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !plain || deployment.is_empty() || deployment.len() > 64 {
        return Err(BusError::Deployment);
    }
    Ok(format!("chatdesk.{deployment}.signal"))
}

fn options(shared: &Arc<Shared>) -> ConnectOptions {
    let shared = shared.clone();
    ConnectOptions::new()
        .name("chatdesk")
        .no_echo()
        .retry_on_initial_connect()
        .ping_interval(PING_EVERY)
        .connection_timeout(RETRY_WITHIN)
        .reconnect_delay_callback(|attempts| Duration::from_millis(50 * attempts.min(40) as u64).min(RETRY_WITHIN))
        .client_capacity(256)
        .subscription_capacity(INCOMING)
        .event_callback(move |event| {
            let shared = shared.clone();
            async move { shared.note(&event) }
        })
}

impl Shared {
    fn note(&self, event: &Event) {
        let since = match event {
            Event::Connected => {
                self.connects.fetch_add(1, Ordering::Relaxed);
                tracing::info!("bus connected");
                Some(Instant::now())
            }
            Event::Disconnected | Event::Closed => {
                tracing::warn!("bus disconnected; other nodes' changes are polled for until it is back");
                None
            }
            other => {
                tracing::debug!(event = %other, "bus");
                return;
            }
        };
        *self.connected_since.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }
}

async fn send(client: Client, subject: String, mut queue: mpsc::Receiver<Bytes>, shared: Arc<Shared>) {
    while let Some(payload) = queue.recv().await {
        let counter = match client.publish(subject.clone(), payload).await {
            Ok(()) => &shared.published,
            Err(_) => &shared.dropped,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

async fn receive(mut subscriber: Subscriber, own: String, incoming: broadcast::Sender<Signal>, shared: Arc<Shared>) {
    while let Some(message) = subscriber.next().await {
        let parsed =
            (message.payload.len() <= LONGEST).then(|| serde_json::from_slice::<Incoming>(&message.payload).ok());
        let Some(Incoming { from, signal }) = parsed.flatten() else {
            shared.malformed.fetch_add(1, Ordering::Relaxed);
            continue;
        };
        if from == own {
            continue;
        }
        shared.received.fetch_add(1, Ordering::Relaxed);
        if let Signal::Head { seq } = signal {
            shared.newest_head.fetch_max(seq, Ordering::AcqRel);
        }
        // An error only means that nobody listens at this moment.
        let _ = incoming.send(signal);
    }
}
