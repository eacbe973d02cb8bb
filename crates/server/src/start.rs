//! From settings to a running desk: opens the database, brings its schema up to date, and starts what runs beside requests.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use base::{Clock, Rng, Secret};
use bus::Bus;
use db::{Db, Options};
use desk::Desk;
use desk::consumer::{floor, live, search as indexing};
use desk::{agent, job, search, setting, status};

use crate::Process;
use crate::api::{self, App};
use crate::config::PublicUrl;
use crate::file::Files;
use crate::ops::Health;
use crate::post::{self, Carrier};

/// Pause between two looks for jobs.
const JOB_PAUSE: Duration = Duration::from_millis(500);

/// Opens everything and gives the product's routes. Whoever stops the process closes the desk's database last.
pub async fn product(process: &Process) -> anyhow::Result<(Desk, Router)> {
    let config = &process.config;
    std::fs::create_dir_all(&config.data).with_context(|| format!("make the data folder {}", config.data.display()))?;
    let mut options = Options::new(config.database.reveal().clone());
    // more writers than cores only wait for each other at the event log's counter
    options.writers = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8);
    let opened = tokio::task::spawn_blocking(move || {
        let db = Db::open(&options)?;
        db.migrate(desk::MIGRATIONS)?;
        Ok::<_, db::DbError>(db)
    });
    let db = opened.await?.context("open the database")?;
    let rng = Rng::default();
    let cx = desk::write::context(&db, Clock::System, rng).await?;
    let bus = Bus::open(config.bus.reveal(), &cx.deployment.id).await.context("open the bus")?;
    let feed = db.feed().context("the database's feed was taken before")?;
    let desk = Desk::new(db, cx, bus);
    set_up_code(&desk, &config.data, &process.public_url).await?;
    job::schedule(&desk).await?;
    checks(process, &desk);
    let node: String = desk.cx().rng.bytes::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
    let follower = desk.clone();
    live::start(&desk).await?;
    tokio::spawn(async move {
        if let Err(error) = live::run(follower, feed).await {
            tracing::error!(%error, "the live feed stopped; stopping the process, which resumes where it was");
            std::process::exit(70);
        }
    });
    let files = Files::open(config).context("open the file store")?;
    checks_of_files(process, &files);
    let mut errands = job::Errands::default();
    files.run_errands(&mut errands);
    tokio::spawn(job::run(desk.clone(), node.clone(), JOB_PAUSE, errands));
    tokio::spawn(indexing::run(desk.clone()));
    tokio::spawn(status::keep::run(desk.clone()));
    tokio::spawn(floor::run(desk.clone()));
    tokio::spawn(gauges(desk.clone()));
    let carrier = Carrier::open(config, &process.public_url)?;
    if let Some(carrier) = carrier.clone() {
        tokio::spawn(post::run(desk.clone(), carrier, format!("mail-{node}")));
    }
    let router = api::router(App::new(desk.clone(), process.clone(), files, carrier));
    Ok((desk, router))
}

fn checks(process: &Process, desk: &Desk) {
    let asked = desk.clone();
    process.checks.add("database", move || {
        let desk = asked.clone();
        async move {
            match desk.write("probe", |tx, _| setting::probe(tx)).await {
                Ok(()) => Health::Ok,
                Err(error) => Health::Failing(error.to_string()),
            }
        }
    });
    let bus = desk.bus().clone();
    process.checks.add("bus", move || {
        let healthy = bus.healthy();
        async move {
            if healthy {
                Health::Ok
            } else {
                Health::Degraded("other nodes' news comes late until it is back".to_owned())
            }
        }
    });
}

fn checks_of_files(process: &Process, files: &Files) {
    let files = files.clone();
    process.checks.add("files", move || {
        let files = files.clone();
        async move {
            match files.store().check().await {
                Ok(()) if files.store().has_room() => Health::Ok,
                Ok(()) => Health::Degraded("the disk is nearly full: no files are taken in".to_owned()),
                Err(error) => Health::Degraded(format!("files cannot be sent or opened: {error}")),
            }
        }
    });
}

/// While nobody has set the desk up: makes sure that there is a good one-time code, and tells the operator.
async fn set_up_code(desk: &Desk, data: &Path, url: &PublicUrl) -> anyhow::Result<()> {
    let path = data.join("setup-code");
    if desk.read(|tx, _| agent::is_set_up(tx)).await? {
        let _may_be_gone_already = std::fs::remove_file(&path);
        return Ok(());
    }
    let kept = Secret::new(std::fs::read_to_string(&path).unwrap_or_default().trim().to_owned());
    let known = kept.clone();
    let code = if desk.read(move |tx, cx| setting::is_setup_code(tx, cx, &known)).await? {
        kept
    } else {
        let code = desk::token::new(&desk.cx().rng);
        let fresh = code.clone();
        desk.write("setup", move |tx, cx| setting::set_setup_code(tx, cx, &fresh)).await?;
        write_private(&path, code.reveal()).with_context(|| format!("write {}", path.display()))?;
        code
    };
    // for the person at the terminal; the log has no secrets in it
    println!("\n  Set up Chatdesk here (good for 30 minutes, once):\n\n  {url}/setup#{}\n", code.reveal());
    Ok(())
}

/// Writes a file that only its owner can read.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

/// Numbers about the database, the log and the jobs, every ten seconds.
async fn gauges(desk: Desk) {
    let mut tick = tokio::time::interval(Duration::from_secs(10));
    loop {
        tick.tick().await;
        let stats = desk.db().stats();
        metrics::counter!("app_db_commits_total").absolute(stats.commits);
        metrics::counter!("app_db_closures_total").absolute(stats.closures);
        metrics::counter!("app_db_batches_rerun_total").absolute(stats.batches_rerun);
        metrics::gauge!("app_events_head").set(desk.hub().head() as f64);
        if let Ok(behind) = desk.read(|tx, _| search::lag(tx)).await {
            metrics::gauge!("app_search_lag_events").set(behind as f64);
        }
        if let Ok((waiting, dead)) = desk.read(|tx, _| job::depth(tx)).await {
            metrics::gauge!("app_outbox_depth", "kind" => "job").set(waiting as f64);
            metrics::gauge!("app_outbox_dead_letters").set(dead as f64);
        }
        if let Ok(orphans) = desk.read(|tx, _| setting::orphans(tx)).await {
            metrics::counter!("app_orphans_total").absolute(orphans.try_into().unwrap_or_default());
        }
    }
}
