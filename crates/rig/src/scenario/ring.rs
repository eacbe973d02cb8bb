//! Sixteen agents accept what rings for all of them, while it is given away by an administrator, passed by some of them, or at
//! the end of its time. Cycles: rounds. At most one wins; nobody wins only what is missed; no loser can reply; nothing is
//! left with nobody to act on it.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::Size;
use crate::client::{Agent, Answer, Visitor};
use crate::socket::{Frame, Socket};
use crate::world::{check_health, invite_agents};

const CONTENDERS: usize = 16;
/// Conversations raced for in turn. Those that nobody takes in time are missed meanwhile, and rung again in their turn.
const CONVERSATIONS: usize = 20;
const RINGS_WITHIN: Duration = Duration::from_secs(10);

/// What the rounds came to.
#[derive(Debug, Default)]
struct Score {
    won: u32,
    given: u32,
    missed: u32,
}

pub async fn run(size: &Size) -> Result<String> {
    let desk = size.engine.desk()?;
    let set_up = desk.set_up().await?.clone();
    let ada = set_up.administrator.at(desk.api());
    let agents = invite_agents(&desk, CONTENDERS).await?;
    let _ears = listen(&agents).await?;
    let rule = json!({"mode": "ring", "chat_limit": 100});
    ada.put(&format!("/api/v1/inboxes/{}/assignment", set_up.inbox_id), &rule).await?.expect(200)?;
    let mut conversations = Vec::new();
    for index in 0..CONVERSATIONS {
        let visitor = Visitor::arrive(desk.api(), &set_up.inbox_key).await?;
        conversations.push(visitor.open(&format!("Question {index}")).await?);
    }
    let mut random = SmallRng::seed_from_u64(size.seed);
    let mut score = Score::default();
    for round in 0..size.cycles {
        let id = &conversations[random.random_range(0..CONVERSATIONS)];
        let raced = race(&ada, &agents, id, random.random_range(0..4), &mut score).await;
        raced.with_context(|| format!("round {round}, {id}"))?;
    }
    check_health(&desk)?;
    let orphans = desk.metric("app_orphans_total")?;
    ensure!(orphans == 0.0, "{orphans} conversations were left with nobody to act on them");
    let Score { won, given, missed } = score;
    Ok(format!(
        "{} rounds of {CONTENDERS}: {won} won, {given} given away, {missed} missed, one outcome each",
        size.cycles
    ))
}

/// Everybody is here for as long as these tasks live.
async fn listen(agents: &[Agent]) -> Result<JoinSet<()>> {
    let mut ears = JoinSet::new();
    for agent in agents {
        let mut socket = Socket::agent(agent, None).await?;
        ears.spawn(async move { while matches!(socket.next().await, Frame::Json(_)) {} });
    }
    Ok(ears)
}

/// Waits until the conversation rings, and says in which round. What was missed is rung again.
async fn ringing(ada: &Agent, id: &str) -> Result<i64> {
    let start = Instant::now();
    loop {
        let shown = ada.conversation(id).await?.expect(200)?.body["conversation"].clone();
        let epoch = shown["epoch"].as_i64().context("no epoch")?;
        if shown["state"] == "pending_acceptance" {
            return Ok(epoch);
        }
        if !shown["missed_at"].is_null() {
            ada.post(&format!("/api/v1/conversations/{id}/ring"), &json!({"epoch": epoch})).await?;
        }
        ensure!(start.elapsed() < RINGS_WITHIN, "it does not ring: {shown}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// One round: all accept, and by `kind` an administrator gives it away (1) half of them pass (2), or all do (3);
/// check; give it back.
async fn race(ada: &Agent, agents: &[Agent], id: &str, kind: u32, score: &mut Score) -> Result<()> {
    let epoch = ringing(ada, id).await?;
    let path = format!("/api/v1/conversations/{id}");
    let mut racing = JoinSet::new();
    for (index, agent) in agents.iter().cloned().enumerate() {
        let path = path.clone();
        let passes = kind == 3 || (kind == 2 && index % 2 == 1);
        racing.spawn(async move {
            let answer = if passes {
                agent.post(&format!("{path}/pass"), &json!({"round": epoch})).await
            } else {
                agent.put(&format!("{path}/claim"), &json!({"epoch": epoch})).await
            };
            answer.map(|answer| (index, answer))
        });
    }
    if kind == 1 {
        let (ada, path, to) = (ada.clone(), path.clone(), ada.id.clone());
        racing.spawn(async move {
            let body = json!({"agent_id": to, "epoch": epoch});
            ada.put(&format!("{path}/transfer"), &body).await.map(|answer| (CONTENDERS, answer))
        });
    }
    let mut winners = Vec::new();
    while let Some(ended) = racing.join_next().await {
        let (index, answer) = ended??;
        if judge(&answer)? {
            winners.push((index, answer));
        }
    }
    settle(ada, agents, id, epoch, &winners, score).await
}

/// Whether it won; an answer that no loser may get is an error.
fn judge(answer: &Answer) -> Result<bool> {
    match answer.status {
        200 => Ok(true),
        204 => Ok(false),
        409 if ["already_claimed", "offer_over", "stale_epoch"].contains(&answer.code()) => Ok(false),
        status => bail!("answered {status}: {}", answer.body),
    }
}

async fn settle(
    ada: &Agent,
    agents: &[Agent],
    id: &str,
    epoch: i64,
    winners: &[(usize, Answer)],
    score: &mut Score,
) -> Result<()> {
    ensure!(winners.len() <= 1, "{} winners", winners.len());
    let shown = ada.conversation(id).await?.expect(200)?.body["conversation"].clone();
    ensure!(
        shown["epoch"] == json!(epoch + 1),
        "one thing happened, and the epoch went from {epoch} to {}",
        shown["epoch"]
    );
    let Some((winner, _)) = winners.first() else {
        ensure!(!shown["missed_at"].is_null() && shown["owner"].is_null(), "nobody won, and it is not missed: {shown}");
        score.missed += 1;
        return Ok(());
    };
    let owner = agents.get(*winner).unwrap_or(ada);
    ensure!(shown["owner"]["id"] == json!(owner.id), "{} won and {} has it", owner.id, shown["owner"]);
    *(if *winner == CONTENDERS { &mut score.given } else { &mut score.won }) += 1;
    let loser = &agents[(winner + 1) % agents.len()];
    let refused = loser.reply(id, epoch + 1, &crate::client_id(), "Mine!").await?.expect(409)?;
    ensure!(["stale_epoch", "not_owner"].contains(&refused.code()), "a loser's reply: {}", refused.body);
    let released = owner.release(id, epoch + 1).await?.expect(200)?;
    ensure!(released.body["owner"] == Value::Null, "after the release: {}", released.body);
    Ok(())
}
