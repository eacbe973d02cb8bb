//! How the process stops: not ready any more, nobody new, sockets asked to come back elsewhere, requests finished, all
//! within a bounded time. Knows neither HTTP nor the product.

use std::future::Future;
use std::time::Duration;

use base::Rng;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Sockets are closed spread over this time, so that their clients do not come back all at once.
pub const SOCKET_SPREAD: Duration = Duration::from_secs(5);

/// The state of stopping, shared by everything that must notice. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Drain {
    begun: CancellationToken,
    connections: TaskTracker,
    sockets: TaskTracker,
    rng: Rng,
}

impl Drain {
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts stopping. Further calls change nothing.
    pub fn begin(&self) {
        self.begun.cancel();
        self.connections.close();
        self.sockets.close();
    }

    pub fn is_draining(&self) -> bool {
        self.begun.is_cancelled()
    }

    /// Resolves when stopping begins.
    pub async fn begun(&self) {
        self.begun.cancelled().await;
    }

    /// The signal itself, for tasks that hold it across many waits.
    pub fn token(&self) -> CancellationToken {
        self.begun.clone()
    }

    /// Resolves when this socket should close with 1012: stopping has begun, and a random part of five seconds passed.
    pub async fn socket_should_close(&self) {
        self.begun().await;
        let millis = u64::try_from(SOCKET_SPREAD.as_millis()).unwrap_or(5_000);
        let random = u64::from_le_bytes(self.rng.bytes()) % millis;
        tokio::time::sleep(Duration::from_millis(random)).await;
    }

    /// Runs a connection; stopping waits for it.
    pub(crate) fn track_connection(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.connections.spawn(task);
    }

    /// Runs a socket (or whatever else must end before the process does); stopping waits for it.
    pub fn track_socket(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.sockets.spawn(task);
    }

    /// Begins and waits: for requests at most half of `limit`, for sockets the rest. Says whether all ended in time.
    pub async fn finish(&self, limit: Duration) -> bool {
        self.begin();
        let start = Instant::now();
        let requests = timeout_at(start + limit / 2, self.connections.wait()).await.is_ok();
        let sockets = timeout_at(start + limit, self.sockets.wait()).await.is_ok();
        requests && sockets
    }
}

/// The operator's wish to stop.
#[derive(Debug)]
pub struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// Listens from now on; SIGTERM and SIGINT no longer end the process by themselves.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// The name of the next signal.
    pub async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn sockets_close_within_five_seconds_and_not_all_at_once() {
        let drain = Drain::new();
        let (times, mut seen) = tokio::sync::mpsc::unbounded_channel();
        let start = Instant::now();
        for _ in 0..50 {
            let (drain, times) = (drain.clone(), times.clone());
            drain.clone().track_socket(async move {
                drain.socket_should_close().await;
                times.send(start.elapsed()).unwrap();
            });
        }
        assert!(drain.finish(Duration::from_secs(20)).await);
        let mut all = Vec::new();
        while let Ok(time) = seen.try_recv() {
            all.push(time);
        }
        assert_eq!(all.len(), 50);
        assert!(all.iter().all(|time| *time <= SOCKET_SPREAD), "{all:?}");
        assert!(all.iter().max().unwrap().saturating_sub(*all.iter().min().unwrap()) > Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_never_ends_does_not_hold_the_stop_for_ever() {
        let drain = Drain::new();
        drain.track_connection(std::future::pending());
        drain.track_socket(std::future::pending());
        let start = Instant::now();
        assert!(!drain.finish(Duration::from_secs(20)).await);
        assert_eq!(start.elapsed().as_secs(), 20);
        assert!(drain.is_draining());
    }
}
