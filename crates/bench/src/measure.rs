//! The measurements: each answers one JSON object and prints lines for people.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use tokio::task::AbortHandle;

use crate::follow;
use crate::histogram::{Histogram, round};
use crate::load::{Kind, Load, LoadArguments};
use crate::pace;
use crate::process;
use crate::reads;
use crate::step::{Outcome, StepArguments, step};
use crate::target::{Customer, Target};

/// A step that failed while the machine was disturbed is tried again at most so often.
const AGAIN: usize = 2;
/// The promise a capacity keeps: 99 of 100 messages are with the agent within this many milliseconds.
const DELIVERY_LIMIT_MS: f64 = 100.0;

/// Delivery and ack at one rate.
pub async fn run(target: &Target, load: &LoadArguments, rate: f64, size: &StepArguments) -> Result<Value> {
    let mut open = Load::open(target, load).await?;
    let outcome = step(&mut open, Kind::Message, rate, size, &target.watch).await?;
    println!("run       {}", outcome.line());
    Ok(outcome.to_json())
}

/// Typing frames at one rate.
pub async fn typing(target: &Target, load: &LoadArguments, rate: f64, size: &StepArguments) -> Result<Value> {
    let mut open = Load::open(target, load).await?;
    let outcome = step(&mut open, Kind::Typing, rate, size, &target.watch).await?;
    println!("typing    {}", outcome.line());
    Ok(outcome.to_json())
}

/// The highest rate at which everything arrives and 99 % of it within 100 ms.
pub async fn capacity(target: &Target, load: &LoadArguments, start: f64, size: &StepArguments) -> Result<Value> {
    let mut open = Load::open(target, load).await?;
    let mut steps = Vec::new();
    let (mut good, mut bad, mut rate) = (None::<Outcome>, f64::INFINITY, start);
    loop {
        let (outcome, passed) = judged(target, &mut open, rate, size, &mut steps).await?;
        if passed {
            good = Some(outcome);
        } else {
            bad = rate;
        }
        let best = good.as_ref().map_or(0.0, |outcome| outcome.rate);
        rate = match (bad.is_finite(), good.is_some()) {
            (false, _) => rate * 1.5,
            (true, true) if bad / best > 1.06 => (best * bad).sqrt(),
            (true, false) if bad > 20.0 => bad / 2.0,
            _ => break,
        };
    }
    let good = good.context("no rate was good enough")?;
    println!("capacity  {:.0} messages/s with p99 delivery {:.1} ms", good.rate, good.delivery.quantile_ms(0.99));
    Ok(json!({"messages_per_second": good.rate.round(), "at": good.to_json(), "steps": steps}))
}

/// One step of the search, repeated when it failed for reasons outside the server.
async fn judged(
    target: &Target,
    load: &mut Load,
    rate: f64,
    size: &StepArguments,
    steps: &mut Vec<Value>,
) -> Result<(Outcome, bool)> {
    let mut tries = 0;
    loop {
        let outcome = step(load, Kind::Message, rate, size, &target.watch).await?;
        let quick = outcome.delivery.quantile_ms(0.99) < DELIVERY_LIMIT_MS;
        let passed = outcome.is_whole() && quick && outcome.achieved > rate * 0.95;
        let word = if passed {
            "ok"
        } else if outcome.is_disturbed() {
            "disturbed"
        } else {
            "too much"
        };
        println!("capacity  {}  {word}", outcome.line());
        steps.push(json!({"rate": rate.round(), "verdict": word, "achieved": round(outcome.achieved),
            "p99_ms": round(outcome.delivery.quantile_ms(0.99)), "other_cpu_percent": outcome.others_percent.round()}));
        tries += 1;
        if passed || !outcome.is_disturbed() || tries >= AGAIN {
            return Ok((outcome, passed));
        }
    }
}

/// Reads of the newest messages of random conversations at one rate, by an agent.
pub async fn history(
    target: &Target,
    load: &LoadArguments,
    rate: f64,
    limit: usize,
    size: &StepArguments,
) -> Result<Value> {
    let mut open = Load::open(target, load).await?;
    let fill = StepArguments {
        secs: (load.customers * limit) as f64 / 1_000.0,
        warmup: 0.0,
        arrivals: pace::Arrivals::Uniform,
    };
    let filled = step(&mut open, Kind::Message, 1_000.0, &fill, &[]).await?;
    ensure!(filled.lost_acks == 0, "the conversations could not be filled: {}", filled.line());
    let headers = target.headers(&open.people.agents[0].auth);
    let request = |customer: &Customer| {
        reads::request(&format!("/api/v1/conversations/{}/messages?limit={limit}", customer.conversation), &headers)
    };
    let requests = open.people.customers.iter().map(request).collect();
    reads::at_rate(target, "history", requests, load.connections, rate, size).await
}

/// Sockets that are open and do nothing: what they cost in memory and CPU.
pub async fn idle(target: &Target, count: usize, hold: Duration) -> Result<Value> {
    let people = target.people(count, 1).await?;
    let before: Vec<_> = target.watch.iter().map(|(_, pid)| process::usage(*pid)).collect();
    let (open, start) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let connect =
        people.customers.iter().enumerate().map(|(index, customer)| hold_open(target, index, customer, open.clone()));
    let opened: Vec<_> = stream::iter(connect).buffer_unordered(64).collect().await;
    let took = start.elapsed().as_secs_f64();
    let (mut latency, mut tasks, mut failed) = (Histogram::default(), Vec::new(), 0_u64);
    for one in opened {
        match one {
            Ok((time, task)) => {
                latency.record(time.as_nanos() as u64);
                tasks.push(task);
            }
            Err(error) => {
                failed += 1;
                if failed == 1 {
                    eprintln!("a socket could not be opened: {error:#}");
                }
            }
        }
    }
    let settled: Vec<_> = target.watch.iter().map(|(_, pid)| process::cpu_us(*pid)).collect();
    tokio::time::sleep(hold).await;
    let held = open.load(Relaxed);
    let mut usage = serde_json::Map::new();
    for (((name, pid), before), cpu) in target.watch.iter().zip(&before).zip(&settled) {
        let after = process::usage(*pid);
        let per_socket = (after.pss_kb as f64 - before.pss_kb as f64) / held.max(1) as f64;
        let idle_cpu = after.cpu_us.saturating_sub(*cpu) as f64 / hold.as_micros().max(1) as f64 * 100.0;
        let (from, to) = (before.pss_kb / 1024, after.pss_kb / 1024);
        println!(
            "idle      {held} of {count} sockets held, {name}: {per_socket:.2} kB each (PSS {from} -> {to} MB), {idle_cpu:.1} % CPU"
        );
        usage.insert(
            name.clone(),
            json!({"pss_before_kb": before.pss_kb, "pss_after_kb": after.pss_kb, "rss_after_kb": after.rss_kb,
            "pss_kb_per_socket": round(per_socket), "idle_cpu_percent": round(idle_cpu)}),
        );
    }
    tasks.iter().for_each(AbortHandle::abort);
    Ok(
        json!({"asked": count, "held": held, "failed": failed, "connect_seconds": round(took), "connect_ms": latency.to_json(),
        "hold_seconds": hold.as_secs(), "usage": usage}),
    )
}

/// Opens a customer's socket and reads it in a task; `open` counts those that stand.
async fn hold_open(
    target: &Target,
    index: usize,
    customer: &Customer,
    open: Arc<AtomicU64>,
) -> Result<(Duration, AbortHandle)> {
    let source = Ipv4Addr::new(127, 0, 0, 1 + (index / 20_000) as u8);
    let begun = Instant::now();
    let headers = target.headers(&customer.visitor.auth);
    let feed = follow::open(target.address, source, &headers, &customer.conversation, 1).await?;
    let took = begun.elapsed();
    open.fetch_add(1, Relaxed);
    let task = tokio::spawn(async move {
        let _ended = feed.read(|_| {}).await;
        open.fetch_sub(1, Relaxed);
    });
    Ok((took, task.abort_handle()))
}

/// From exec to the first 200 of /readyz, on data that is there already, and the memory used then.
pub async fn start(target: &Target, times: usize) -> Result<Value> {
    let desk = target.desk.as_ref().context("`start` measures a server it starts itself: leave out --url")?;
    let mut took = Histogram::default();
    let mut usage = process::Usage::default();
    for _ in 0..times {
        desk.stop()?;
        took.record(desk.launch()?.as_nanos() as u64);
        tokio::time::sleep(Duration::from_secs(2)).await;
        usage = process::usage(desk.pid().context("the server ended")?);
    }
    println!(
        "start     p50 {:.1} max {:.1} ms over {times} starts, RSS {:.1} MB, PSS {:.1} MB",
        took.quantile_ms(0.5),
        took.quantile_ms(1.0),
        usage.rss_kb as f64 / 1024.0,
        usage.pss_kb as f64 / 1024.0
    );
    Ok(json!({"start_ms": took.to_json(), "rss_kb": usage.rss_kb, "pss_kb": usage.pss_kb}))
}
