//! When many events come in a row, an agent's socket gathers them for a few milliseconds and sends them in one write:
//! nobody reads faster than that, and each write costs as much as dozens of events.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// More often than this, on average, events are gathered (800 a second).
const BUSY: Duration = Duration::from_micros(1_250);
/// How long they are gathered, counted from the write before.
const GATHER: Duration = Duration::from_millis(4);

/// How fast events come.
pub struct Pace {
    written: Instant,
    /// Moving average of the time between two events.
    between: Duration,
}

impl Pace {
    pub fn new() -> Self {
        Self { written: Instant::now(), between: Duration::from_secs(1) }
    }

    /// Waits for more, if more is to be expected.
    pub async fn gather(&self) {
        if self.between < BUSY {
            sleep_until(self.written + GATHER).await;
        }
    }

    /// Says that `events` went out in one write.
    pub fn wrote(&mut self, events: u32) {
        let now = Instant::now();
        let each = now.duration_since(self.written) / events.max(1);
        self.between = (self.between * 7 + each.min(Duration::from_secs(1))) / 8;
        self.written = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn after(pauses: impl Iterator<Item = u64>) -> Pace {
        let mut pace = Pace::new();
        for millis in pauses {
            tokio::time::advance(Duration::from_millis(millis)).await;
            pace.wrote(1);
        }
        pace
    }

    #[tokio::test(start_paused = true)]
    async fn a_quiet_socket_never_waits() {
        let pace = after([20; 50].into_iter()).await;
        let before = Instant::now();
        pace.gather().await;
        assert_eq!(before.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_socket_waits_a_few_milliseconds_and_a_pause_ends_it() {
        let mut pace = after([1; 80].into_iter()).await;
        let before = Instant::now();
        pace.gather().await;
        assert_eq!(before.elapsed(), GATHER);
        for _ in 0..4 {
            tokio::time::advance(Duration::from_millis(50)).await;
            pace.wrote(1);
        }
        let before = Instant::now();
        pace.gather().await;
        assert_eq!(before.elapsed(), Duration::ZERO);
    }
}
