//! Reads at a fixed rate over keep-alive connections, each timed from the moment it was meant to be asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::histogram::Histogram;
use crate::pace::{self, Clock};
use crate::pool::{OnAnswer, Pool};
use crate::step::{Meter, StepArguments};
use crate::target::Target;
use crate::wire;

/// Connections that are open at most.
const CONNECTIONS: usize = 64;

/// A whole GET.
pub fn request(path: &str, headers: &str) -> Vec<u8> {
    let mut request = Vec::new();
    wire::get(&mut request, path, headers);
    request
}

/// Asks for `requests`, again and again in no order, `rate` times a second.
pub async fn at_rate(
    target: &Target,
    name: &str,
    requests: Vec<Vec<u8>>,
    connections: usize,
    rate: f64,
    size: &StepArguments,
) -> Result<Value> {
    ensure!(!requests.is_empty(), "nothing to ask for");
    let count = (rate * (size.warmup + size.secs)) as usize;
    let reads = Reads::new(count);
    let pool = Pool::open(target.address, connections.min(CONNECTIONS), reads.on_answer()).await?;
    let meter = Meter::read(&target.watch);
    let schedule = pace::schedule(rate, count, size.arrivals, 11);
    let (sender, clock) = (pool.clone(), reads.clock);
    let sending = move || {
        let mut due_times = Vec::with_capacity(count);
        pace::keep(clock, schedule, |index, due| {
            due_times.push(due);
            // A stride without common factors visits them in no order.
            sender.send(index as u64, &requests[index * 7_919 % requests.len()]);
        });
        due_times
    };
    let due_times = tokio::task::spawn_blocking(sending).await.context("the sender panicked")?;
    wait_for(|| reads.missing() <= reads.failed.load(Relaxed)).await;
    drop(pool);
    let (cpu, _, others) = Meter::since(&meter, &target.watch, count as u64);
    let latency = reads.latency(&due_times, (rate * size.warmup) as usize);
    let missing = reads.missing();
    let cpu_text: Vec<_> = cpu.iter().map(|(name, us)| format!("{name} {us:.0}")).collect();
    let (p50, p95, p99) = (latency.quantile_ms(0.5), latency.quantile_ms(0.95), latency.quantile_ms(0.99));
    println!(
        "{name:<9} {rate:>7.0}/s  p50 {p50:.2} p95 {p95:.2} p99 {p99:.2} ms  cpu µs {} others {others:.0} %  missing {missing}",
        cpu_text.join(" ")
    );
    let cpu: serde_json::Map<String, Value> = cpu.into_iter().map(|(name, us)| (name, json!(us.round()))).collect();
    Ok(json!({"name": name, "rate": rate, "read_ms": latency.to_json(), "missing": missing, "cpu_us_per_read": cpu,
        "other_cpu_percent": others.round()}))
}

/// When each read was answered, in nanoseconds of the clock; zero: not yet.
struct Reads {
    clock: Clock,
    done: Arc<Vec<AtomicU64>>,
    failed: Arc<AtomicU64>,
}

impl Reads {
    fn new(count: usize) -> Reads {
        let done = std::iter::repeat_with(AtomicU64::default).take(count).collect();
        Reads { clock: Clock::start(), done: Arc::new(done), failed: Arc::default() }
    }

    fn on_answer(&self) -> OnAnswer {
        let (clock, done, failed) = (self.clock, self.done.clone(), self.failed.clone());
        Arc::new(move |key: u64, status| match status {
            200 => done[key as usize].store(clock.now(), Relaxed),
            _ => drop(failed.fetch_add(1, Relaxed)),
        })
    }

    fn missing(&self) -> u64 {
        self.done.iter().filter(|time| time.load(Relaxed) == 0).count() as u64
    }

    fn latency(&self, due_times: &[u64], warm: usize) -> Histogram {
        let mut latency = Histogram::default();
        for (due, time) in due_times.iter().zip(self.done.iter()).skip(warm) {
            if time.load(Relaxed) > 0 {
                latency.record(time.load(Relaxed).saturating_sub(*due));
            }
        }
        latency
    }
}

async fn wait_for(is_done: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_done() && start.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
