//! A new password by a link that somebody with the right to it hands over: 256 bits, good once, for 30 minutes. No email is
//! needed.

use base::{AgentId, ResetId, Secret};
use db::Tx;
use serde::Serialize;

use super::account::may_manage;
use super::model::{Agent, RESET_LIFE, Reset};
use super::session::{Started, end_all, start_session};
use super::store;
use crate::actor::Actor;
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};
use crate::token;

#[derive(Serialize)]
struct ResetData {
    id: ResetId,
    agent_id: AgentId,
}

fn tell(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, kind: Kind, reset: &Reset) {
    emit(tx, cx, actor, kind, None, Audience::System, &ResetData { id: reset.id, agent_id: reset.agent_id });
}

/// A new link and its token, which is shown only now. An older link of the same person stops working.
pub fn create_reset(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: AgentId) -> Result<(Reset, Secret<String>)> {
    let me = actor.agent()?;
    let agent = super::get(tx, actor, id)?;
    may_manage(tx, actor, agent.role)?;
    if !agent.active {
        return Err(Rejection::AgentInactive.into());
    }
    if me.id == id {
        return Err(Rejection::invalid("id", "Change your own password in your profile.").into());
    }
    let token = token::new(&cx.rng);
    let expires_at = cx.now().plus_millis(RESET_LIFE);
    let reset = Reset { id: ResetId::new(&cx.rng, cx.now()), agent_id: id, expires_at };
    store::insert_reset(tx, &reset, &token::hash(token.reveal()), cx.now())?;
    tell(tx, cx, actor, Kind::ResetCreated, &reset);
    Ok((reset, token))
}

/// Whose password a link sets, while it is good: the new one may not be their name.
pub fn find_reset(tx: &mut Tx<'_>, cx: &Context, token: &Secret<String>) -> Result<Agent> {
    let reset = store::reset(tx, &token::hash(token.reveal()))?.filter(|reset| cx.now() < reset.expires_at);
    let reset = reset.ok_or(Rejection::ResetNotFound)?;
    store::by_id(tx, reset.agent_id)?.filter(|agent| agent.active).ok_or_else(|| Rejection::ResetNotFound.into())
}

/// Uses a link up: sets the password, ends every session of the person, and signs them in here.
pub fn use_reset(tx: &mut Tx<'_>, cx: &Context, token: &Secret<String>, password_hash: &str) -> Result<Started> {
    let agent = find_reset(tx, cx, token)?;
    let reset = store::take_reset(tx, &token::hash(token.reveal()))?.ok_or(Rejection::ResetNotFound)?;
    store::save_password(tx, agent.id, password_hash)?;
    end_all(tx, cx, &Actor::System, agent.id)?;
    let started = start_session(tx, cx, &agent)?;
    tell(tx, cx, &Actor::Agent(started.actor.clone()), Kind::ResetUsed, &reset);
    Ok(started)
}
