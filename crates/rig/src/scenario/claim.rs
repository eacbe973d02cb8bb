//! Sixteen agents accept the same conversation at the same moment. Cycles: rounds. Exactly one wins, the others are told who
//! did, and no loser can reply.

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use tokio::task::JoinSet;

use super::Size;
use crate::client::{Agent, Visitor};
use crate::world::{check_health, invite_agents};

const CONTENDERS: usize = 16;
/// Conversations raced for in turn; each is released after its round.
const CONVERSATIONS: usize = 40;

pub async fn run(size: &Size) -> Result<String> {
    let desk = size.engine.desk()?;
    let set_up = desk.set_up().await?.clone();
    let agents = invite_agents(&desk, CONTENDERS).await?;
    let mut conversations = Vec::new();
    for index in 0..CONVERSATIONS {
        let visitor = Visitor::arrive(desk.api(), &set_up.inbox_key).await?;
        conversations.push((visitor.open(&format!("Question {index}")).await?, 0));
    }
    let mut wins = [0_u32; CONTENDERS];
    for round in 0..size.cycles {
        let (conversation, epoch) = &mut conversations[round as usize % CONVERSATIONS];
        let raced = race(&agents, conversation, *epoch).await;
        let (winner, released) = raced.with_context(|| format!("round {round}, {conversation}"))?;
        wins[winner] += 1;
        *epoch = released;
    }
    check_health(&desk)?;
    let winners = wins.iter().filter(|wins| **wins > 0).count();
    Ok(format!(
        "{} rounds of {CONTENDERS}, one winner each ({winners} agents won at least once), no loser replied",
        size.cycles
    ))
}

/// One round: claim by all, check, reply by a loser and by the winner, release. Answers the winner and the epoch after it.
async fn race(agents: &[Agent], conversation: &str, before: i64) -> Result<(usize, i64)> {
    let mut claims = JoinSet::new();
    for (index, agent) in agents.iter().cloned().enumerate() {
        let conversation = conversation.to_owned();
        claims.spawn(async move { (index, agent.claim(&conversation).await) });
    }
    let mut winners = Vec::new();
    let mut refusals = Vec::new();
    while let Some(ended) = claims.join_next().await {
        let (index, answer) = ended?;
        let answer = answer?;
        match answer.status {
            200 => winners.push((index, answer)),
            409 => refusals.push(answer),
            status => anyhow::bail!("a claim answered {status}: {}", answer.body),
        }
    }
    ensure!(winners.len() == 1, "{} winners", winners.len());
    let (winner, won) = &winners[0];
    for refusal in &refusals {
        ensure!(refusal.code() == "already_claimed", "a loser was told {}", refusal.body);
        let named = &refusal.body["owner"]["id"];
        ensure!(*named == json!(agents[*winner].id), "a loser was told that {named} won");
    }
    let epoch = won.body["epoch"].as_i64().context("no epoch")?;
    ensure!(epoch == before + 1 || before == 0, "the epoch went from {before} to {epoch}");
    check_fence(agents, *winner, conversation, epoch).await?;
    let released = agents[*winner].release(conversation, epoch).await?.expect(200)?;
    let after = released.body["epoch"].as_i64().context("no epoch")?;
    ensure!(after == epoch + 1 && released.body["owner"].is_null(), "after the release: {}", released.body);
    Ok((*winner, after))
}

async fn check_fence(agents: &[Agent], winner: usize, conversation: &str, epoch: i64) -> Result<()> {
    let loser = &agents[(winner + 1) % agents.len()];
    for stolen in [epoch, epoch - 1] {
        let refused = loser.reply(conversation, stolen, &crate::client_id(), "Mine!").await?.expect(409)?;
        ensure!(["stale_epoch", "not_owner"].contains(&refused.code()), "a loser's reply: {}", refused.body);
    }
    let stale = agents[winner].reply(conversation, epoch - 1, &crate::client_id(), "Too late").await?.expect(409)?;
    ensure!(stale.code() == "stale_epoch", "a reply with an old epoch: {}", stale.body);
    agents[winner].reply(conversation, epoch, &crate::client_id(), "How can I help?").await?.expect(201)?;
    let shown = agents[(winner + 2) % agents.len()].conversation(conversation).await?.expect(200)?;
    let owner = &shown.body["conversation"]["owner"]["id"];
    ensure!(*owner == json!(agents[winner].id), "{owner} is shown as the owner");
    Ok(())
}
