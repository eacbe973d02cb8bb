//! One measured step: an offered rate for some seconds, then what came of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::histogram::{Histogram, round};
use crate::load::{Kind, Load, Slots};
use crate::pace::{self, Arrivals};
use crate::process::{self, Watched};

/// How long stragglers are waited for after the last message.
const DRAIN: Duration = Duration::from_secs(10);

/// One step.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct StepArguments {
    /// Seconds measured.
    #[arg(long, default_value_t = 10.0)]
    pub secs: f64,
    /// Seconds before, sent but not measured.
    #[arg(long, default_value_t = 2.0)]
    pub warmup: f64,
    #[arg(long, value_enum, default_value_t = Arrivals::Poisson)]
    pub arrivals: Arrivals,
}

/// What came of a step.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    pub rate: f64,
    /// Sent in the whole step, warm-up included.
    pub sent: u64,
    pub lost_acks: u64,
    pub lost_deliveries: u64,
    pub failed: u64,
    pub duplicates: u64,
    pub inversions: u64,
    /// Times a socket ended and resumed, as a slow reader's must.
    pub resumed: u64,
    /// Completed per second in the measured part.
    pub achieved: f64,
    pub ack: Histogram,
    pub delivery: Histogram,
    /// How late the generator itself was.
    pub lag: Histogram,
    pub others_percent: f64,
    /// CPU of each watched process tree per message, in microseconds.
    pub cpu: Vec<(String, f64)>,
    pub own_cpu: f64,
}

/// CPU of everyone at one moment.
pub struct Meter {
    machine: process::Machine,
    own: u64,
    watched: Vec<u64>,
}

impl Meter {
    pub fn read(watch: &[Watched]) -> Meter {
        let watched = watch.iter().map(|(_, pid)| process::cpu_us(*pid)).collect();
        Meter { machine: process::machine(), own: process::cpu_us(std::process::id()), watched }
    }

    /// Microseconds per message of each watched tree, of the generator, and the share of everyone else.
    pub fn since(before: &Meter, watch: &[Watched], messages: u64) -> (Vec<(String, f64)>, f64, f64) {
        let after = Meter::read(watch);
        let spent: Vec<u64> =
            after.watched.iter().zip(&before.watched).map(|(after, before)| after.saturating_sub(*before)).collect();
        // The generator's own tree holds the servers it started.
        let nested: u64 = watch
            .iter()
            .zip(&spent)
            .filter(|((_, pid), _)| process::tree(std::process::id()).contains(pid))
            .map(|(_, us)| us)
            .sum();
        let tree = after.own.saturating_sub(before.own);
        let own = tree.saturating_sub(nested);
        let all = own + spent.iter().sum::<u64>();
        let per = |us: u64| us as f64 / messages.max(1) as f64;
        let named = watch.iter().zip(&spent).map(|((name, _), us)| (name.clone(), per(*us))).collect();
        (named, per(own), process::others_percent(before.machine, after.machine, all))
    }
}

/// Offers `rate` messages a second and waits for what comes of them.
pub async fn step(
    load: &mut Load,
    kind: Kind,
    rate: f64,
    arguments: &StepArguments,
    watch: &[Watched],
) -> Result<Outcome> {
    let warm = (rate * arguments.warmup) as usize;
    let count = warm + ((rate * arguments.secs) as usize).max(1);
    load.settle().await;
    let board = load.board.clone();
    let counters = [&board.duplicates, &board.inversions, &board.closed];
    let before = counters.map(|counter| counter.load(Relaxed));
    let (slots, base, mut sender) = load.next_step(count);
    let meter = Meter::read(watch);
    let schedule = pace::schedule(rate, count, arguments.arrivals, base);
    let sending = slots.clone();
    let clock = board.clock;
    tokio::task::spawn_blocking(move || {
        pace::keep(clock, schedule, |index, due| sender.send(kind, &sending, base + index as u64, due));
    })
    .await
    .context("the sender panicked")?;
    drain(&slots, kind).await;
    let (cpu, own_cpu, others_percent) = Meter::since(&meter, watch, count as u64);
    let [duplicates, inversions, resumed] = counters.map(|counter| counter.load(Relaxed));
    let mut outcome = summarise(&slots, kind, warm);
    outcome.rate = rate;
    outcome.duplicates = duplicates - before[0];
    outcome.inversions = inversions - before[1];
    outcome.resumed = resumed - before[2];
    (outcome.cpu, outcome.own_cpu, outcome.others_percent) = (cpu, own_cpu, others_percent);
    Ok(outcome)
}

fn missing(times: &[AtomicU64]) -> u64 {
    times.iter().filter(|time| time.load(Relaxed) == 0).count() as u64
}

async fn drain(slots: &Arc<Slots>, kind: Kind) {
    let start = Instant::now();
    let is_done = || {
        let acks = if kind == Kind::Message { missing(&slots.acked) } else { 0 };
        acks <= slots.failed.load(Relaxed) && missing(&slots.delivered) <= slots.failed.load(Relaxed)
    };
    while !is_done() && start.elapsed() < DRAIN {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn summarise(slots: &Slots, kind: Kind, warm: usize) -> Outcome {
    let mut outcome =
        Outcome { sent: slots.intended.len() as u64, failed: slots.failed.load(Relaxed), ..Outcome::default() };
    outcome.lost_deliveries = missing(&slots.delivered);
    if kind == Kind::Message {
        outcome.lost_acks = missing(&slots.acked);
    }
    let (mut first, mut last, mut completed) = (u64::MAX, 0, 0_u64);
    for index in warm..slots.intended.len() {
        let [due, written, acked, delivered] =
            [&slots.intended, &slots.written, &slots.acked, &slots.delivered].map(|times| times[index].load(Relaxed));
        outcome.lag.record(written.saturating_sub(due));
        if acked > 0 {
            outcome.ack.record(acked.saturating_sub(due));
        }
        if delivered > 0 {
            outcome.delivery.record(delivered.saturating_sub(due));
            completed += 1;
            last = last.max(delivered.max(acked));
        }
        first = first.min(due);
    }
    outcome.achieved = completed as f64 / (last.saturating_sub(first).max(1) as f64 / 1e9);
    outcome
}

impl Outcome {
    /// Nothing lost, doubled, refused, or out of order.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.lost_acks + self.lost_deliveries + self.failed + self.duplicates + self.inversions == 0
    }

    /// The machine, not the server, was slow: the generator ran late, or others took the processor.
    #[must_use]
    pub fn is_disturbed(&self) -> bool {
        self.others_percent > 15.0 || self.lag.quantile_ms(0.99) > 20.0
    }

    #[must_use]
    pub fn to_json(&self) -> Value {
        let cpu: serde_json::Map<String, Value> =
            self.cpu.iter().map(|(name, us)| (name.clone(), json!(us.round()))).collect();
        json!({
            "rate": self.rate.round(), "achieved": round(self.achieved), "sent": self.sent, "lost_acks": self.lost_acks,
            "lost_deliveries": self.lost_deliveries, "failed": self.failed, "duplicates": self.duplicates,
            "inversions": self.inversions, "resumed": self.resumed, "delivery_ms": self.delivery.to_json(),
            "ack_ms": self.ack.to_json(), "sender_lag_ms": self.lag.to_json(), "cpu_us_per_message": cpu,
            "generator_cpu_us_per_message": self.own_cpu.round(), "other_cpu_percent": self.others_percent.round(),
        })
    }

    /// One line for people.
    #[must_use]
    pub fn line(&self) -> String {
        let cpu: Vec<_> = self.cpu.iter().map(|(name, us)| format!("{name} {us:.0}")).collect();
        let resumed = if self.resumed > 0 { format!("  {} sockets resumed", self.resumed) } else { String::new() };
        let trouble = if self.is_whole() {
            String::new()
        } else {
            let (lost, acks) = (self.lost_deliveries, self.lost_acks);
            format!(
                "  LOST {lost} (acks {acks}) FAILED {} DOUBLED {} INVERTED {}",
                self.failed, self.duplicates, self.inversions
            )
        };
        format!(
            "{:>7.0}/s  delivery p50 {:.2} p99 {:.2} max {:.1} ms  ack p50 {:.2} p99 {:.2} ms  late p99 {:.2} ms  cpu µs {} (generator {:.0}) others {:.0} %{resumed}{trouble}",
            self.rate,
            self.delivery.quantile_ms(0.5),
            self.delivery.quantile_ms(0.99),
            self.delivery.quantile_ms(1.0),
            self.ack.quantile_ms(0.5),
            self.ack.quantile_ms(0.99),
            self.lag.quantile_ms(0.99),
            cpu.join(" "),
            self.own_cpu,
            self.others_percent
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots() -> Slots {
        let slots = Slots::new(0, 10);
        for index in 0..10 {
            let due = 1_000_000_000 + index as u64 * 100_000_000;
            slots.intended[index].store(due, Relaxed);
            slots.written[index].store(due + 1_000_000, Relaxed);
            slots.acked[index].store(due + 5_000_000, Relaxed);
            slots.delivered[index].store(due + 10_000_000, Relaxed);
        }
        slots
    }

    #[test]
    fn latency_counts_from_the_intended_time() {
        let outcome = summarise(&slots(), Kind::Message, 2);
        assert!(outcome.is_whole());
        assert_eq!(outcome.delivery.to_json()["n"], 8);
        let near = |found: f64, expected: f64| (found - expected).abs() < expected * 0.01;
        assert!(near(outcome.delivery.quantile_ms(0.5), 10.0) && near(outcome.ack.quantile_ms(0.5), 5.0));
        assert!(near(outcome.lag.quantile_ms(0.99), 1.0));
        assert!(near(outcome.achieved, 8.0 / 0.71));
    }

    #[test]
    fn what_is_missing_is_counted_even_in_the_warm_up() {
        let slots = slots();
        slots.delivered[0].store(0, Relaxed);
        slots.acked[9].store(0, Relaxed);
        let outcome = summarise(&slots, Kind::Message, 2);
        assert_eq!((outcome.lost_deliveries, outcome.lost_acks), (1, 1));
        assert!(!outcome.is_whole());
        assert_eq!(summarise(&slots, Kind::Typing, 2).lost_acks, 0);
    }
}
