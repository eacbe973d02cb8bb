//! Counters of the seam since it was opened.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A reading of the counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Transactions committed by the writers.
    pub commits: u64,
    /// Closures taken by the writers; divided by `commits` it is the group size.
    pub closures: u64,
    /// Transactions run again because a closure failed after writing, or
    /// because of contention.
    pub batches_rerun: u64,
    /// Writes waiting now.
    pub queue_depth: usize,
    /// Time all writers together have spent on batches.
    pub busy: Duration,
}

#[derive(Default)]
pub(crate) struct Counters {
    pub commits: AtomicU64,
    pub closures: AtomicU64,
    pub reruns: AtomicU64,
    busy_nanos: AtomicU64,
}

impl Counters {
    pub fn busy(&self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.busy_nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    pub fn read(&self, queue_depth: usize) -> Stats {
        Stats {
            commits: self.commits.load(Ordering::Relaxed),
            closures: self.closures.load(Ordering::Relaxed),
            batches_rerun: self.reruns.load(Ordering::Relaxed),
            queue_depth,
            busy: Duration::from_nanos(self.busy_nanos.load(Ordering::Relaxed)),
        }
    }
}
