//! Who is here: which node holds sockets of which agents, in the database, so that every node knows and a node that dies
//! takes nobody's place for long. A heartbeat is one row per node; an agent costs a row when they come and when they go.

use base::{AgentId, Time};
use db::Tx;
use serde::Serialize;

use super::model::AWAY_AFTER;
use super::{rule, store};
use crate::actor::Actor;
use crate::context::Context;
use crate::conversation;
use crate::error::Result;
use crate::event::{Audience, Kind, emit};
use crate::job;

/// Looks whether an agent who left is still away.
pub const AGENT_GONE: &str = "agent.gone";
/// Looks whether a node is still there.
pub const NODE_GONE: &str = "node.gone";
/// Puts the open chats of an absent agent back into the queue.
pub const CHATS_RETURN: &str = "chats.return";

#[derive(Serialize)]
struct Left {
    agent_id: AgentId,
}

fn alive_since(cx: &Context) -> Time {
    cx.now().plus_millis(-AWAY_AFTER)
}

fn look_again(tx: &mut Tx<'_>, cx: &Context, kind: &str, whom: &str, at: Time) -> Result<()> {
    job::enqueue(tx, cx, kind, whom, Some(&format!("{kind} {whom}")), at)
}

/// A node says that it is there; at least every 30 s.
fn beat(tx: &mut Tx<'_>, cx: &Context, node: &str) -> Result<()> {
    store::beat(tx, node, cx.now())?;
    look_again(tx, cx, NODE_GONE, node, cx.now().plus_millis(AWAY_AFTER))
}

/// A node says that it is there and who is on it; what was written down about them is put right.
pub fn is_here(tx: &mut Tx<'_>, cx: &Context, node: &str, agents: &[AgentId]) -> Result<()> {
    let known = store::here(tx, node)?;
    if known.is_empty() && agents.is_empty() {
        return Ok(());
    }
    beat(tx, cx, node)?;
    for agent in agents.iter().filter(|agent| !known.contains(agent)) {
        arrive(tx, cx, *agent, node)?;
    }
    for agent in known.iter().filter(|agent| !agents.contains(agent)) {
        leave(tx, cx, *agent, node)?;
    }
    Ok(())
}

/// An agent's first socket on a node was opened.
pub fn arrive(tx: &mut Tx<'_>, cx: &Context, agent: AgentId, node: &str) -> Result<()> {
    if store::node_seen(tx, node)?.is_none_or(|seen| seen <= alive_since(cx)) {
        beat(tx, cx, node)?;
    }
    store::arrive(tx, agent, node, cx.now())
}

/// An agent's last socket on a node was closed: whether they are really gone shows in 90 s.
pub fn leave(tx: &mut Tx<'_>, cx: &Context, agent: AgentId, node: &str) -> Result<()> {
    if store::leave(tx, agent, node, cx.now())? {
        look_again(tx, cx, AGENT_GONE, &agent.to_string(), cx.now().plus_millis(AWAY_AFTER))?;
    }
    Ok(())
}

/// Looks whether an agent who left came back; who was not heard of for 90 s is gone, and what was offered to them goes on.
pub fn check_agent(tx: &mut Tx<'_>, cx: &Context, agent: AgentId) -> Result<()> {
    let now = cx.now();
    if let Some(heard) = store::last_heard(tx, agent, alive_since(cx), now)? {
        if heard == now {
            return Ok(());
        }
        if now.since(heard) < AWAY_AFTER {
            return look_again(tx, cx, AGENT_GONE, &agent.to_string(), heard.plus_millis(AWAY_AFTER));
        }
    }
    if !store::forget_presence(tx, agent)? {
        return Ok(());
    }
    emit(tx, cx, &Actor::System, Kind::AgentLeft, None, Audience::System, &Left { agent_id: agent });
    let minutes = rule::return_after(tx)?;
    if minutes > 0 {
        let at = now.plus_seconds(minutes * 60).plus_millis(-AWAY_AFTER);
        look_again(tx, cx, CHATS_RETURN, &agent.to_string(), at)?;
    }
    Ok(())
}

/// Looks whether a node still says that it is there; when it does not, those who were on it are looked at one by one.
pub fn check_node(tx: &mut Tx<'_>, cx: &Context, node: &str) -> Result<()> {
    let Some(seen) = store::node_seen(tx, node)? else { return Ok(()) };
    if seen > alive_since(cx) {
        return look_again(tx, cx, NODE_GONE, node, seen.plus_millis(AWAY_AFTER));
    }
    for agent in store::agents_of_node(tx, node)? {
        check_agent(tx, cx, agent)?;
    }
    store::forget_node(tx, node)
}

/// Puts the open chats of somebody who did not come back into the queue.
pub fn return_chats(tx: &mut Tx<'_>, cx: &Context, agent: AgentId) -> Result<()> {
    let heard = store::last_heard(tx, agent, alive_since(cx), cx.now())?;
    if heard.is_none_or(|heard| cx.now().since(heard) >= AWAY_AFTER) {
        conversation::release_present(tx, cx, &Actor::System, agent)?;
    }
    Ok(())
}
