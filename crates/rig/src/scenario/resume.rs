//! Clients behind a proxy that breaks their sockets at random, half of them in the middle of a frame. Cycles: cuts. Each
//! client's own log must equal the server's in the end.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};

use super::Size;
use crate::client::Api;
use crate::follower::Follower;
use crate::proxy::{Cut, Proxy};
use crate::world::{Load, check_health, invite_agents, open_lines, writers_for};

const LINES: usize = 24;
const AGENTS: usize = 6;
const PACE: Duration = Duration::from_millis(400);

pub async fn run(size: &Size) -> Result<String> {
    let desk = size.engine.desk()?;
    let set_up = desk.set_up().await?.clone();
    let agents = invite_agents(&desk, AGENTS).await?;
    let lines = open_lines(&desk.api(), &set_up.inbox_key, &agents, LINES).await?;
    let proxy = Proxy::start(desk.port()).await?;
    let shaky = vec![Api::new(&proxy.url())];
    let of_agent = |agent: &crate::client::Agent| Follower::agent(agent.clone(), shaky.clone());
    let mut followers: Vec<Follower> = agents.iter().map(of_agent).collect();
    for line in &lines {
        followers.push(Follower::visitor(line.visitor.clone(), vec![line.conversation.clone()], shaky.clone()));
    }
    let load = Load::start(writers_for(&lines, &[desk.api()], size.seed), followers, PACE);
    let start = Instant::now();
    cut(&proxy, size).await;
    let took = start.elapsed();
    let verdict = load.finish(&lines, &set_up.administrator).await?;
    check_health(&desk)?;
    let (acked, connections) = (verdict.acked(), verdict.connections());
    ensure!(connections * 2 > size.cycles, "{connections} connections cannot have been cut {} times", size.cycles);
    Ok(format!(
        "{} cuts in {:.0} s, {connections} connections, {acked} messages, every log whole",
        size.cycles,
        took.as_secs_f64()
    ))
}

async fn cut(proxy: &Proxy, size: &Size) {
    let mut rng = SmallRng::seed_from_u64(size.seed);
    let mut left = size.cycles;
    while left > 0 {
        let how = if rng.random_bool(0.5) { Cut::Now } else { Cut::MidFrame };
        if proxy.open() > (LINES + AGENTS) / 2 && proxy.cut_one(&mut rng, how) {
            left -= 1;
        }
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..6))).await;
    }
}
