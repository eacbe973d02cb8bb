//! kill -9 under load, again and again. Cycles: kills. Nothing acknowledged may be lost, doubled or out of order, and every
//! reader that resumes has the whole log.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};

use super::Size;
use crate::follower::Follower;
use crate::world::{Engine, Load, check_health, invite_agents, open_lines, writers_for};

const LINES: usize = 16;
const PACE: Duration = Duration::from_millis(12);
/// A million messages must start within 3 s (release build); this bound is for the few of a run in a debug build under load.
const START_LIMIT: Duration = Duration::from_secs(15);

pub async fn run(size: &Size) -> Result<String> {
    let desk = size.engine.desk()?;
    let set_up = desk.set_up().await?.clone();
    let agents = invite_agents(&desk, 2).await?;
    let api = desk.api();
    let lines = open_lines(&api, &set_up.inbox_key, &agents, LINES).await?;
    let mut followers = vec![Follower::agent(agents[0].clone(), vec![api.clone()])];
    for line in &lines[..4] {
        let follower = Follower::visitor(line.visitor.clone(), vec![line.conversation.clone()], vec![api.clone()]);
        followers.push(follower);
    }
    let load = Load::start(writers_for(&lines, &[api], size.seed), followers, PACE);
    let mut rng = SmallRng::seed_from_u64(size.seed);
    let mut slowest = Duration::ZERO;
    for cycle in 0..size.cycles {
        tokio::time::sleep(Duration::from_millis(rng.random_range(100..500))).await;
        desk.kill9()?;
        let took = desk.launch().with_context(|| format!("start after kill {cycle}"))?;
        ensure!(took < START_LIMIT, "start after kill {cycle} took {took:?}");
        slowest = slowest.max(took);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let verdict = load.finish(&lines, &set_up.administrator).await?;
    check_health(&desk)?;
    desk.stop()?;
    if size.engine == Engine::Sqlite {
        check_file(&desk.data().join("chatdesk.db"))?;
    }
    let (acked, connections) = (verdict.acked(), verdict.connections());
    ensure!(acked as u64 >= size.cycles * 5, "only {acked} messages were acknowledged: the load was no load");
    Ok(format!(
        "{} kills, {acked} acknowledged, 0 lost, {connections} connections resumed, slowest start {slowest:?}",
        size.cycles
    ))
}

fn check_file(path: &std::path::Path) -> Result<()> {
    let database = rusqlite::Connection::open(path).context("open the database file")?;
    let word: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    ensure!(word == "ok", "integrity_check: {word}");
    Ok(())
}
