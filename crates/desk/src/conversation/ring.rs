//! A conversation that rings: how that begins, who may accept, and how it ends. Whom it rings for is decided in `routing`.

use base::{AgentId, ConversationId, Time};
use db::Tx;

use super::lifecycle::{find, put_back, tell};
use super::model::Conversation;
use super::store;
use crate::actor::{Access, Actor, AgentActor};
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::Kind;
use crate::{agent, routing};

/// Lets a waiting conversation ring until `until`; its new epoch is the round. None when something changed since `epoch`.
pub fn ring(
    tx: &mut Tx<'_>,
    cx: &Context,
    id: ConversationId,
    epoch: i64,
    until: Time,
) -> Result<Option<Conversation>> {
    if !store::ring(tx, id, epoch, until)? {
        return Ok(None);
    }
    let now = find(tx, id)?;
    tell(tx, cx, &Actor::System, Kind::ConversationRang, now.access(), &now);
    Ok(Some(now))
}

/// Nobody accepted: the conversation leaves the queue and is shown as missed. False when it no longer rings in this round.
pub fn miss(tx: &mut Tx<'_>, cx: &Context, id: ConversationId, round: i64) -> Result<bool> {
    if !store::miss(tx, id, round, cx.now())? {
        return Ok(false);
    }
    let now = find(tx, id)?;
    tell(tx, cx, &Actor::System, Kind::ConversationMissed, now.access(), &now);
    Ok(true)
}

/// Nobody is left for whom it could ring: back into the queue, where it stood.
pub fn unring(tx: &mut Tx<'_>, cx: &Context, id: ConversationId, round: i64) -> Result<()> {
    if find(tx, id)?.epoch == round {
        put_back(tx, cx, &Actor::System, id)?;
    }
    Ok(())
}

/// Gives a waiting conversation to an agent. False when something changed since `epoch`.
pub fn assign(tx: &mut Tx<'_>, cx: &Context, id: ConversationId, epoch: i64, to: AgentId) -> Result<bool> {
    if !agent::hold(tx, to)?.is_some_and(|it| it.active) || !store::claim(tx, id, to, Some(epoch))? {
        return Ok(false);
    }
    let now = find(tx, id)?;
    tell(tx, cx, &Actor::System, Kind::ConversationClaimed, Access { owner: None, ..now.access() }, &now);
    Ok(true)
}

/// First to accept owns it, among those for whom it rings.
pub(super) fn accept(
    tx: &mut Tx<'_>,
    cx: &Context,
    me: &AgentActor,
    before: &Conversation,
    epoch: Option<i64>,
) -> Result<Conversation> {
    let accepted = store::accept(tx, before.id, me.id, epoch, cx.now())?;
    let now = find(tx, before.id)?;
    if accepted {
        routing::settle(tx, cx, before.id, now.epoch - 1, Some(me.id))?;
        tell(tx, cx, &Actor::Agent(me.clone()), Kind::ConversationClaimed, before.access(), &now);
        return Ok(now);
    }
    Err(match &now.owner {
        Some(owner) if now.state.is_open() => Rejection::AlreadyClaimed { owner: owner.clone() },
        _ if now.missed_at.is_some() || now.ringing_until.is_some_and(|until| until <= cx.now()) => {
            Rejection::OfferOver
        }
        _ if now.ringing_until.is_some() && epoch.is_none_or(|epoch| epoch == now.epoch) => Rejection::NotOffered,
        _ => now.why_not_change(epoch.unwrap_or(now.epoch)),
    }
    .into())
}

/// Whatever took a conversation out of its ring ends the offers of it.
pub(super) fn end(tx: &mut Tx<'_>, cx: &Context, before: &Conversation) -> Result<()> {
    if before.ringing_until.is_some() {
        routing::settle(tx, cx, before.id, before.epoch, None)?;
    }
    Ok(())
}
