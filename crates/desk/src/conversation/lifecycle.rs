//! Whose a conversation is and whether it is open. Every change is one conditional update that moves the epoch on.

use base::{AgentId, ConversationId, Time};
use db::Tx;
use serde::Serialize;

use super::model::{Conversation, State};
use super::store::{self, Standing};
use crate::actor::{Action, Actor, AgentActor, ContactActor, Resource, authorize};
use crate::agent;
use crate::context::Context;
use crate::error::{Error, Rejection, Result, Who};
use crate::event::{Audience, Kind, emit};

/// What every change of owner or state tells.
#[derive(Serialize)]
struct Changed<'a> {
    state: State,
    owner: Option<&'a Who>,
    epoch: i64,
    waiting_since: Option<Time>,
    resolved_at: Option<Time>,
    head_seq: i64,
}

fn tell(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, kind: Kind, now: &Conversation) {
    let data = Changed {
        state: now.state,
        owner: now.owner.as_ref(),
        epoch: now.epoch,
        waiting_since: now.waiting_since,
        resolved_at: now.resolved_at,
        head_seq: now.head_seq,
    };
    emit(tx, cx, actor, kind, Some(now.id), Audience::All, &data);
}

fn find(tx: &mut Tx<'_>, id: ConversationId) -> Result<Conversation> {
    store::get(tx, id)?.ok_or_else(|| Rejection::NotFound.into())
}

/// First to accept owns the conversation; everyone else is told who won.
pub fn claim(
    tx: &mut Tx<'_>,
    cx: &Context,
    me: &AgentActor,
    id: ConversationId,
    epoch: Option<i64>,
) -> Result<Conversation> {
    let claimed = store::claim(tx, id, me.id, epoch)?;
    let now = find(tx, id)?;
    if claimed {
        tell(tx, cx, &Actor::Agent(me.clone()), Kind::ConversationClaimed, &now);
        return Ok(now);
    }
    match &now.owner {
        Some(_) if now.owner_id == Some(me.id) && now.state.is_open() => Ok(now),
        Some(owner) if now.state.is_open() => Err(Rejection::AlreadyClaimed { owner: owner.clone() }.into()),
        _ => Err(now.why_not_change(epoch.unwrap_or(now.epoch)).into()),
    }
}

/// Changes a conversation under its epoch: its owner's right, or that of somebody who may override.
fn change(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    id: ConversationId,
    epoch: i64,
    kind: Kind,
    next: impl FnOnce(&Conversation) -> Result<Standing, Rejection>,
) -> Result<Conversation> {
    let before = find(tx, id)?;
    if actor.agent().is_ok_and(|me| before.owner_id.is_some_and(|owner| owner != me.id)) {
        authorize(actor, Action::Override, Resource::Conversation { contact: &before.contact_id })
            .map_err(|_| Rejection::NotOwner { owner: before.owner.clone(), epoch: before.epoch })?;
    }
    if before.epoch != epoch {
        return Err(before.why_not_change(epoch).into());
    }
    if !store::stand(tx, id, epoch, &next(&before)?)? {
        return Err(find(tx, id)?.why_not_change(epoch).into());
    }
    let after = find(tx, id)?;
    tell(tx, cx, actor, kind, &after);
    Ok(after)
}

fn waiting(now: Time) -> Standing {
    Standing { state: State::Waiting, owner: None, waiting_since: Some(now), resolved_at: None }
}

const fn active(owner: AgentId) -> Standing {
    Standing { state: State::Active, owner: Some(owner), waiting_since: None, resolved_at: None }
}

const fn resolved(owner: Option<AgentId>, now: Time) -> Standing {
    Standing { state: State::Resolved, owner, waiting_since: None, resolved_at: Some(now) }
}

/// Gives a conversation back to the queue.
pub fn release(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: ConversationId, epoch: i64) -> Result<Conversation> {
    let now = cx.now();
    change(tx, cx, actor, id, epoch, Kind::ConversationReleased, |before| match before.owner_id {
        Some(_) if before.state.is_open() => Ok(waiting(now)),
        _ => Err(before.why_not_change(epoch)),
    })
}

/// The customer's matter is settled. Whoever had the conversation stays named on it.
pub fn resolve(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: ConversationId, epoch: i64) -> Result<Conversation> {
    let now = cx.now();
    let me = actor.agent()?.id;
    change(tx, cx, actor, id, epoch, Kind::ConversationResolved, |before| {
        if before.state.is_open() {
            Ok(resolved(before.owner_id.or(Some(me)), now))
        } else {
            Err(before.why_not_change(epoch))
        }
    })
}

/// Opens a resolved conversation again: for `owner`, or for the queue when there is none.
pub fn reopen(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    id: ConversationId,
    epoch: i64,
    owner: Option<AgentId>,
) -> Result<Conversation> {
    let now = cx.now();
    let before = find(tx, id)?;
    if before.epoch != epoch || before.state.is_open() {
        return Err(Rejection::StaleEpoch { owner: before.owner, epoch: before.epoch }.into());
    }
    if !store::stand(tx, id, epoch, &owner.map_or_else(|| waiting(now), active))? {
        return Err(find(tx, id)?.why_not_change(epoch).into());
    }
    let after = find(tx, id)?;
    tell(tx, cx, actor, Kind::ConversationReopened, &after);
    Ok(after)
}

/// The customer wrote into a resolved conversation: it goes back to whoever had it, if they can still take it.
pub(super) fn reopen_by_contact(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: ConversationId) -> Result<()> {
    let before = find(tx, id)?;
    let owner = match before.owner_id {
        Some(owner) => agent::get(tx, &Actor::System, owner).is_ok_and(|agent| agent.active).then_some(owner),
        None => None,
    };
    reopen(tx, cx, actor, id, before.epoch, owner).map(drop)
}

/// Hands a conversation to a colleague.
pub fn transfer(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    id: ConversationId,
    epoch: i64,
    to: AgentId,
) -> Result<Conversation> {
    if !agent::get(tx, actor, to)?.active {
        return Err(Rejection::AgentInactive.into());
    }
    change(tx, cx, actor, id, epoch, Kind::ConversationTransferred, |before| {
        if before.state.is_open() { Ok(active(to)) } else { Err(before.why_not_change(epoch)) }
    })
}

/// The customer ends the chat. Ending what has ended is no error.
pub fn end(tx: &mut Tx<'_>, cx: &Context, contact: &ContactActor, id: ConversationId) -> Result<()> {
    let actor = Actor::Contact(contact.clone());
    let before = find(tx, id)?;
    authorize(&actor, Action::Write, Resource::Conversation { contact: &before.contact_id })?;
    if !before.state.is_open() {
        return Ok(());
    }
    if !store::stand(tx, id, before.epoch, &resolved(before.owner_id, cx.now()))? {
        return Err(Error::Db(db::DbError::Conflict));
    }
    let after = find(tx, id)?;
    tell(tx, cx, &actor, Kind::ConversationResolved, &after);
    Ok(())
}

/// Puts everything that somebody has open back into the queue: they were switched off.
pub fn release_all(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, owner: AgentId) -> Result<()> {
    for id in store::open_of_owner(tx, owner)? {
        put_back(tx, cx, actor, id)?;
    }
    Ok(())
}

fn put_back(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: ConversationId) -> Result<()> {
    let before = find(tx, id)?;
    if before.state.is_open() && store::stand(tx, id, before.epoch, &waiting(cx.now()))? {
        let after = find(tx, id)?;
        tell(tx, cx, actor, Kind::ConversationReleased, &after);
    }
    Ok(())
}

/// Repairs open conversations that nobody would act on, and says how many there were. There should be none.
pub fn sweep(tx: &mut Tx<'_>, cx: &Context) -> Result<usize> {
    let orphans = store::orphans(tx)?;
    for id in &orphans {
        put_back(tx, cx, &Actor::System, *id)?;
    }
    Ok(orphans.len())
}
