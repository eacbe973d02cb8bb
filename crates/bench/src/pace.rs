//! The open-loop schedule: when each request is meant to go out, fixed in advance and kept whatever the server does. Every
//! latency is counted from here, so that a slow server cannot hide its queue.

use std::time::{Duration, Instant};

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};

/// The one clock of a run: nanoseconds since its start.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    #[must_use]
    pub fn start() -> Clock {
        Clock { start: Instant::now() }
    }

    /// Never zero, so that zero can mean "not yet".
    #[must_use]
    pub fn now(&self) -> u64 {
        (self.start.elapsed().as_nanos() as u64).max(1)
    }
}

/// How the gaps between requests are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Arrivals {
    /// As independent people write: exponential gaps.
    Poisson,
    Uniform,
}

/// Due times in nanoseconds after the start, rising.
pub fn schedule(rate: f64, count: usize, arrivals: Arrivals, seed: u64) -> impl Iterator<Item = u64> {
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut due = 0.0;
    (0..count).map(move |_| {
        let at = due as u64;
        due += match arrivals {
            Arrivals::Poisson => -(1.0 - rng.random::<f64>()).ln() * 1e9 / rate,
            Arrivals::Uniform => 1e9 / rate,
        };
        at
    })
}

/// Calls `fire(index, due)` for each due time, as late as the operating system lets it but never early. Blocks its thread,
/// because an async timer is a thousand microseconds coarse.
pub fn keep(clock: Clock, schedule: impl Iterator<Item = u64>, mut fire: impl FnMut(usize, u64)) {
    let start = clock.now() + 2_000_000;
    for (index, offset) in schedule.enumerate() {
        let due = start + offset;
        loop {
            let now = clock.now();
            if now >= due {
                break;
            }
            std::thread::sleep(Duration::from_nanos(due - now));
        }
        fire(index, due);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_met_on_average_and_gaps_vary_only_with_poisson() {
        for arrivals in [Arrivals::Poisson, Arrivals::Uniform] {
            let times: Vec<u64> = schedule(1_000.0, 20_000, arrivals, 7).collect();
            let seconds = times[19_999] as f64 / 1e9;
            assert!((19.0..21.0).contains(&seconds), "{arrivals:?}: {seconds}");
            let mut gaps: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
            gaps.sort_unstable();
            let spread = gaps[gaps.len() * 9 / 10] as f64 / gaps[gaps.len() / 10].max(1) as f64;
            assert_eq!(spread > 5.0, arrivals == Arrivals::Poisson, "{arrivals:?}: {spread}");
        }
    }

    #[test]
    fn nothing_fires_early() {
        let clock = Clock::start();
        let mut fired = Vec::new();
        keep(clock, schedule(5_000.0, 100, Arrivals::Uniform, 1), |index, due| fired.push((index, due, clock.now())));
        assert_eq!(fired.len(), 100);
        assert!(fired.iter().all(|(_, due, now)| now >= due));
    }
}
