//! `bench`: an open-loop load generator for chatdesk's public API. It speaks to this machine only. Results are lines for
//! people and one JSON object per measurement; what the figures mean stands in the modules.
#![allow(clippy::disallowed_methods, reason = "a load generator starts the server and draws its own randomness")]

mod feed;
mod follow;
mod histogram;
mod load;
mod measure;
mod pace;
mod pool;
mod process;
mod reads;
mod step;
mod stock;
mod target;
mod wire;

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Parser, ValueEnum};
use serde_json::{Value, json};

use load::LoadArguments;
use step::StepArguments;
use stock::StockArguments;
use target::{Target, TargetArguments};

/// Loads chatdesk and measures it.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Arguments {
    #[arg(value_enum, default_value_t = What::All)]
    what: What,
    #[command(flatten)]
    target: TargetArguments,
    #[command(flatten)]
    load: LoadArguments,
    #[command(flatten)]
    step: StepArguments,
    #[command(flatten)]
    stock: StockArguments,
    /// Messages, typing frames or reads offered per second; for `capacity` the rate it starts at.
    #[arg(long)]
    rate: Option<f64>,
    /// Idle sockets.
    #[arg(long, default_value_t = 5_000)]
    sockets: usize,
    /// Where the JSON lines are appended.
    #[arg(long, default_value = "bench-results/results.jsonl")]
    out: PathBuf,
    /// A remark kept with the results.
    #[arg(long, default_value = "")]
    label: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Everything below, each on a server of its own.
    All,
    /// Delivery and ack latency at a rate (100/s).
    Run,
    /// The highest rate with p99 delivery below 100 ms and nothing lost.
    Capacity,
    /// Typing indicators from a customer's socket to the agent's (100/s).
    Typing,
    /// Reads of the newest 50 messages of a conversation (100/s).
    History,
    /// Memory and CPU of sockets that do nothing.
    Idle,
    /// Time from exec to ready, and memory then.
    Start,
    /// Fill a desk (--url) with --conversations and --messages.
    Fill,
    /// Lists, histories and searches of a desk that is filled.
    Look,
}

const ALL: [What; 6] = [What::Start, What::Idle, What::Run, What::Typing, What::History, What::Capacity];
/// Sockets on both sides, connections, libraries.
const SPARE_FILES: u64 = 1_000;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    raise_open_files(&arguments)?;
    // One thread reads; the sender has a thread of its own. The server needs the rest of the machine.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("start the runtime")?;
    runtime.block_on(measure(&arguments))
}

/// Ten thousand sockets need as many open files: runs itself again under the hard limit when the soft one is too low.
fn raise_open_files(arguments: &Arguments) -> Result<()> {
    let needed = arguments.sockets.max(arguments.load.customers) as u64 + SPARE_FILES;
    if process::open_files_limit() >= needed || std::env::var_os("BENCH_LIMIT_RAISED").is_some() {
        return Ok(());
    }
    let own = std::env::current_exe().context("find the own program")?;
    let error = std::process::Command::new("sh")
        .args(["-c", r#"ulimit -n "$(ulimit -H -n)"; exec "$0" "$@""#])
        .arg(own)
        .args(std::env::args_os().skip(1))
        .env("BENCH_LIMIT_RAISED", "1")
        .exec();
    Err(error).context("run again with a higher limit on open files")
}

async fn measure(arguments: &Arguments) -> Result<()> {
    println!("machine   {}", process::description());
    let list = if arguments.what == What::All { ALL.to_vec() } else { vec![arguments.what] };
    for what in list {
        // A fresh server for each, so that none pays for what another left behind.
        let target = Target::open(&arguments.target).await?;
        let figures = one(what, &target, arguments).await.with_context(|| format!("{what:?}"))?;
        keep(what, &target, arguments, figures)?;
    }
    Ok(())
}

async fn one(what: What, target: &Target, arguments: &Arguments) -> Result<Value> {
    let (load, step) = (&arguments.load, &arguments.step);
    let rate = arguments.rate.unwrap_or(100.0);
    match what {
        What::Run => measure::run(target, load, rate, step).await,
        What::Typing => measure::typing(target, load, rate, step).await,
        What::History => measure::history(target, load, rate, 50, step).await,
        What::Capacity => measure::capacity(target, load, arguments.rate.unwrap_or(400.0), step).await,
        What::Idle => measure::idle(target, arguments.sockets, Duration::from_secs(15)).await,
        What::Fill => stock::fill(target, &arguments.stock).await,
        What::Look => stock::look(target, arguments.rate.unwrap_or(50.0), step).await,
        What::Start | What::All => measure::start(target, 5).await,
    }
}

fn keep(what: What, target: &Target, arguments: &Arguments, figures: Value) -> Result<()> {
    let load = &arguments.load;
    let line = json!({
        "what": format!("{what:?}").to_lowercase(), "database": format!("{:?}", target.database).to_lowercase(), "label": arguments.label,
        "customers": load.customers, "agents": load.agents, "body": load.body, "connections": load.connections,
        "machine": process::description(), "figures": figures,
    });
    let folder = arguments.out.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    let file = std::fs::File::options().create(true).append(true).open(&arguments.out);
    let mut file = file.with_context(|| format!("open {}", arguments.out.display()))?;
    writeln!(file, "{line}").context("write the results")
}
