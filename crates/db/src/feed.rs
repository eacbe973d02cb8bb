//! The live feed: every committed batch of events, handed on before its callers
//! are answered. It carries no promise of completeness; the table does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc;

use crate::Committed;

/// Batches, not events.
const FEED_BOUND: usize = 1024;

/// What the feed brings.
#[derive(Clone, Debug)]
pub enum FeedItem {
    /// The events of one commit in `seq` order. With several writers, batches
    /// of different writers may arrive out of `seq` order.
    Batch(Vec<Arc<Committed>>),
    /// Batches were dropped, or a commit's outcome is unknown: read the table
    /// from the last known `seq`, and skip what batches then repeat.
    Overflow,
}

/// The receiving end, taken once by [`crate::Db::feed`]. Only batches committed
/// after it was taken are in it.
pub struct Feed {
    batches: mpsc::Receiver<Vec<Arc<Committed>>>,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    taken: AtomicBool,
    dropped: AtomicBool,
}

impl Feed {
    pub(crate) fn mark_taken(&self) {
        self.state.taken.store(true, Ordering::Release);
    }

    /// The next item, or `None` once the database is closed and all is read.
    /// Safe to drop while it waits.
    pub async fn recv(&mut self) -> Option<FeedItem> {
        loop {
            if self.state.dropped.swap(false, Ordering::AcqRel) {
                // What is queued is in the table too, which must be read anyway.
                while self.batches.try_recv().is_ok() {}
                return Some(FeedItem::Overflow);
            }
            match self.batches.recv().await {
                Some(batch) if batch.is_empty() => {}
                Some(batch) => return Some(FeedItem::Batch(batch)),
                None if self.state.dropped.load(Ordering::Acquire) => {}
                None => return None,
            }
        }
    }
}

#[derive(Clone)]
pub(crate) struct FeedSender {
    batches: mpsc::Sender<Vec<Arc<Committed>>>,
    state: Arc<State>,
}

impl FeedSender {
    /// Whether anyone listens.
    pub fn wanted(&self) -> bool {
        self.state.taken.load(Ordering::Acquire)
    }

    pub fn send(&self, batch: Vec<Arc<Committed>>) {
        if self.batches.try_send(batch).is_err() {
            self.state.dropped.store(true, Ordering::Release);
        }
    }

    /// Something may have been committed that no batch will carry.
    pub fn doubt(&self) {
        if self.wanted() {
            self.state.dropped.store(true, Ordering::Release);
            // An empty batch wakes a waiting reader; if there is no room it is awake.
            let _ = self.batches.try_send(Vec::new());
        }
    }
}

pub(crate) fn feed() -> (FeedSender, Feed) {
    let (sender, receiver) = mpsc::channel(FEED_BOUND);
    let state = Arc::new(State::default());
    (FeedSender { batches: sender, state: Arc::clone(&state) }, Feed { batches: receiver, state })
}
