//! Three nodes on one PostgreSQL and one NATS: customers on the first, agents on the others; NATS is gone for a while, then
//! the first node dies. Cycles: seconds of load. Nothing may be lost or doubled, and nothing late by more than a heartbeat.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::Size;
use crate::client::Api;
use crate::daemon::{Nats, Postgres};
use crate::desk::{Desk, Options};
use crate::follower::Follower;
use crate::world::{Load, check_health, invite_agents, open_lines, writers_for};

const LINES: usize = 8;
const PACE: Duration = Duration::from_millis(150);
const STAY: Duration = Duration::from_millis(300);
/// A heartbeat comes every 20 s and says what was missed; a little for fetching it.
const LATEST: Duration = Duration::from_secs(22);

pub async fn run(size: &Size) -> Result<String> {
    let nats = Nats::start()?;
    let database = Postgres::shared()?.create_database()?;
    let options = Options { database: Some(database), bus: Some(nats.url()), ..Options::default() };
    let first = Desk::start_with(options.clone())?;
    let set_up = first.set_up().await?.clone();
    let (second, third) = (Desk::start_with(options.clone())?, Desk::start_with(options)?);
    let agents: Vec<_> = invite_agents(&first, 4).await?.into_iter().map(|agent| agent.at(second.api())).collect();
    let lines = open_lines(&first.api(), &set_up.inbox_key, &agents, LINES).await?;
    let (near, far) = (vec![first.api(), third.api()], vec![second.api(), third.api()]);
    let mut followers =
        vec![Follower::agent(agents[0].clone(), far.clone()), Follower::agent(agents[1].clone(), vec![third.api()])];
    // One of each kind who never stays with a node for long.
    followers.push(Follower::agent(agents[2].clone(), far.clone()).restless(STAY));
    let wanderer = lines[0].visitor.clone();
    followers.push(Follower::visitor(wanderer, vec![lines[0].conversation.clone()], far.clone()).restless(STAY));
    for line in &lines {
        followers.push(Follower::visitor(line.visitor.clone(), vec![line.conversation.clone()], near.clone()));
    }
    // Customers write to the first node until it dies, agents to the second.
    let mut writers = writers_for(&lines, &near, size.seed);
    for (index, writer) in
        writers_for(&lines, &far, size.seed).into_iter().enumerate().filter(|(index, _)| index % 2 == 1)
    {
        writers[index] = writer;
    }
    let load = Load::start(writers, followers, PACE);
    let quarter = Duration::from_millis(size.cycles * 250);
    tokio::time::sleep(quarter).await;
    nats.stop()?;
    tokio::time::sleep(quarter).await;
    nats.restart()?;
    tokio::time::sleep(quarter).await;
    first.kill9()?;
    tokio::time::sleep(quarter).await;
    let judge = set_up.administrator.at(third.api());
    let verdict = load.finish(&lines, &judge).await?;
    check_health(&second)?;
    check_health(&third)?;
    check_same_answers(&lines[0].conversation, &judge, [second.api(), third.api()]).await?;
    let delays = verdict.delays();
    let latest = delays.last().copied().context("nothing was delivered")?;
    ensure!(latest < LATEST, "a message came {latest:?} after it was sent");
    let median = delays[delays.len() / 2];
    Ok(format!(
        "{} messages over 3 nodes, 0 lost, 0 doubled; delay p50 {median:.0?}, max {latest:.0?}",
        verdict.acked()
    ))
}

async fn check_same_answers(conversation: &str, judge: &crate::client::Agent, nodes: [Api; 2]) -> Result<()> {
    let mut answers = Vec::new();
    for node in nodes {
        answers.push(judge.at(node).conversation(conversation).await?.expect(200)?.body);
    }
    ensure!(answers[0] == answers[1], "two nodes differ: {} and {}", answers[0], answers[1]);
    Ok(())
}
