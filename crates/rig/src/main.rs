//! `rig`: runs scenarios against the real binary. Each prints its seed and one line; the exit code is not 0 when a guarantee
//! was broken. What a scenario does stands in its module.
#![allow(clippy::disallowed_methods, reason = "the rig draws its own randomness from a printed seed")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::{Parser, ValueEnum};
use rig::scenario::{Size, claim, cluster, fsync, kill, malformed, resume, ring, state};
use rig::world::Engine;

/// Fault runs against the real chatdesk binary (CHATDESK_BIN, else the one beside this program).
#[derive(Debug, Parser)]
#[command(name = "rig")]
struct Arguments {
    /// What to run: one scenario, `short` (all of them, about three minutes) or `soak` (all of them again and again).
    run: Run,
    /// Hours of `soak`.
    #[arg(default_value_t = 8.0)]
    hours: f64,
    /// Kills, cuts, rounds, inputs, runs or seconds, as the scenario counts; the default is that of `short`.
    #[arg(long)]
    cycles: Option<u64>,
    /// Repeats a run's random choices.
    #[arg(long)]
    seed: Option<u64>,
    #[arg(long, value_enum, default_value_t = Engine::Sqlite)]
    database: Engine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Run {
    Short,
    Soak,
    /// kill -9 under load.
    Kill,
    /// Durable before acknowledged, by counting syncs.
    Fsync,
    /// Random cuts of every socket.
    Resume,
    /// Sixteen agents accept at once.
    Claim,
    /// Sixteen agents accept what rings for all of them.
    Ring,
    /// Malformed input.
    Malformed,
    /// Snapshot + events = fresh snapshot.
    State,
    /// Three nodes, NATS lost, a node killed.
    Cluster,
}

/// What `short` runs: the scenario, how much of it, and on which database.
const SHORT: [(Run, u64, Engine); 9] = [
    (Run::Fsync, 300, Engine::Sqlite),
    (Run::Kill, 30, Engine::Sqlite),
    (Run::Kill, 4, Engine::Postgres),
    (Run::Claim, 1_000, Engine::Sqlite),
    (Run::Ring, 1_000, Engine::Sqlite),
    (Run::State, 500, Engine::Sqlite),
    (Run::Resume, 2_000, Engine::Sqlite),
    (Run::Malformed, 20_000, Engine::Sqlite),
    (Run::Cluster, 20, Engine::Postgres),
];

/// One round of `soak` is this many times `short`.
const SOAK_FACTOR: u64 = 10;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    let done = runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(run(&arguments)));
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("rig: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every guarantee held.
async fn run(arguments: &Arguments) -> Result<bool> {
    let seed = arguments.seed.unwrap_or_else(|| rand::random::<u64>() >> 16);
    let start = Instant::now();
    let mut sound = true;
    match arguments.run {
        Run::Short => {
            for (run, cycles, engine) in SHORT {
                sound &= one(run, Size { cycles, seed, engine }).await;
            }
        }
        Run::Soak => {
            let limit = Duration::from_secs_f64(arguments.hours.max(0.0) * 3_600.0);
            for round in 0.. {
                for (run, cycles, engine) in SHORT {
                    sound &= one(run, Size { cycles: cycles * SOAK_FACTOR, seed: seed + round, engine }).await;
                }
                if start.elapsed() >= limit {
                    break;
                }
            }
        }
        run => {
            let usual = SHORT.iter().find(|(known, ..)| *known == run).map_or(1, |(_, cycles, _)| *cycles);
            let cycles = arguments.cycles.unwrap_or(usual);
            // A cluster is one on PostgreSQL by definition.
            let engine = if run == Run::Cluster { Engine::Postgres } else { arguments.database };
            sound = one(run, Size { cycles, seed, engine }).await;
        }
    }
    println!(
        "{} in {:.0} s",
        if sound { "All guarantees held" } else { "GUARANTEES BROKEN" },
        start.elapsed().as_secs_f64()
    );
    Ok(sound)
}

async fn one(run: Run, size: Size) -> bool {
    let name = run.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
    let start = Instant::now();
    let outcome = match run {
        Run::Kill => kill::run(&size).await,
        Run::Fsync => fsync::run(&size).await,
        Run::Resume => resume::run(&size).await,
        Run::Claim => claim::run(&size).await,
        Run::Ring => ring::run(&size).await,
        Run::Malformed => malformed::run(&size).await,
        Run::State => state::run(&size).await,
        Run::Cluster => cluster::run(&size).await,
        Run::Short | Run::Soak => Ok(String::new()),
    };
    let took = start.elapsed().as_secs_f64();
    let engine = size.engine.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
    let (word, facts) = match &outcome {
        Ok(facts) => ("ok  ", facts.clone()),
        Err(error) => ("FAIL", format!("{error:#}")),
    };
    println!("{word} {name:<9} {engine:<8} seed {} {took:5.1} s  {facts}", size.seed);
    outcome.is_ok()
}
