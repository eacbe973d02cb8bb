//! Whose a conversation is and whether it is open. Every change is one conditional update that moves the epoch on.

use base::{AgentId, ConversationId, DepartmentId, Time};
use db::Tx;
use serde::Serialize;

use super::model::{Conversation, State};
use super::ring;
use super::store::{self, Standing};
use crate::actor::{Access, Action, Actor, AgentActor, ContactActor, Permission, Resource, authorize};
use crate::context::Context;
use crate::error::{Error, Rejection, Result, Who};
use crate::event::{Audience, Kind, emit};
use crate::status::{self, Status};
use crate::survey::{self, Cause};
use crate::{agent, department};

/// What every change of owner or state tells.
#[derive(Serialize)]
struct Changed<'a> {
    state: State,
    owner: Option<&'a Who>,
    /// The owner's name as customers see it.
    owner_shown: Option<&'a str>,
    department_id: Option<DepartmentId>,
    epoch: i64,
    waiting_since: Option<Time>,
    resolved_at: Option<Time>,
    ringing_until: Option<Time>,
    missed_at: Option<Time>,
    snoozed_until: Option<Time>,
    head_seq: i64,
    /// All of it, for those who could not read it before.
    conversation: Option<&'a Conversation>,
    /// Why it was taken over.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    /// Its owner was asked for it and did not answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unanswered: bool,
}

#[derive(Serialize)]
struct Hidden {}

/// Says what became of a conversation: to those who may read it now, and to those who no longer may that it is gone.
pub(super) fn tell(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, kind: Kind, before: Access, now: &Conversation) {
    tell_why(tx, cx, actor, (kind, Why::Unsaid), before, now);
}

/// Why a conversation changed hands, as far as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why<'a> {
    Unsaid,
    Reason(&'a str),
    /// Its owner was asked for it and did not answer.
    Unanswered,
}

/// The same with the reason for it.
pub(super) fn tell_why(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    (kind, why): (Kind, Why<'_>),
    before: Access,
    now: &Conversation,
) {
    let after = now.access();
    let is_limited = after.department.is_some();
    let gains = before.department.is_some() && before != after;
    let data = Changed {
        state: now.state,
        owner: now.owner.as_ref(),
        owner_shown: now.owner_shown.as_deref(),
        department_id: now.department_id,
        epoch: now.epoch,
        waiting_since: now.waiting_since,
        resolved_at: now.resolved_at,
        ringing_until: now.ringing_until,
        missed_at: now.missed_at,
        snoozed_until: now.snoozed_until,
        head_seq: now.head_seq,
        conversation: gains.then_some(now),
        reason: if let Why::Reason(reason) = why { Some(reason) } else { None },
        unanswered: why == Why::Unanswered,
    };
    // that a conversation sleeps is nothing for its customer
    let is_ours = matches!(kind, Kind::ConversationSnoozed | Kind::ConversationWoke);
    let audience = if is_ours { now.team() } else { now.audience() };
    emit(tx, cx, actor, kind, Some(now.id), audience, &data);
    let was_owned = before.owner.is_some() && before.owner != after.owner;
    if is_limited && (before.department != after.department || was_owned) {
        emit(tx, cx, actor, Kind::ConversationHidden, Some(now.id), Audience::Lost { before, after }, &Hidden {});
    }
}

pub(super) fn find(tx: &mut Tx<'_>, id: ConversationId) -> Result<Conversation> {
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
    let actor = Actor::Agent(me.clone());
    // an account that is being switched off gives everything back: what it takes meanwhile would stay with it
    if !agent::hold(tx, me.id)?.is_some_and(|it| it.active) {
        return Err(Rejection::AgentInactive.into());
    }
    let before = find(tx, id)?;
    authorize(&actor, Action::Own, Resource::Conversation(before.access()))?;
    let claimed = store::claim(tx, id, me.id, epoch)?;
    let now = find(tx, id)?;
    if claimed {
        tell(tx, cx, &actor, Kind::ConversationClaimed, before.access(), &now);
        return Ok(now);
    }
    if now.ringing_until.is_some() {
        return ring::accept(tx, cx, me, &now, epoch);
    }
    match &now.owner {
        Some(_) if now.owner_id == Some(me.id) && now.state.is_open() => Ok(now),
        Some(owner) if now.state.is_open() => Err(Rejection::AlreadyClaimed { owner: owner.clone() }.into()),
        None if now.missed_at.is_some() => Err(Rejection::OfferOver.into()),
        _ => Err(now.why_not_change(epoch.unwrap_or(now.epoch)).into()),
    }
}

/// Changes a conversation under its epoch: its owner's right, or that of somebody who may override.
pub(super) fn change(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    id: ConversationId,
    epoch: i64,
    kind: Kind,
    next: impl FnOnce(&mut Tx<'_>, &Conversation) -> Result<Standing>,
) -> Result<Conversation> {
    let before = find(tx, id)?;
    authorize(actor, Action::Own, Resource::Conversation(before.access()))?;
    if actor.agent().is_ok_and(|me| before.owner_id.is_some_and(|owner| owner != me.id)) {
        authorize(actor, Action::Override, Resource::Conversation(before.access()))
            .map_err(|_| Rejection::NotOwner { owner: before.owner.clone(), epoch: before.epoch })?;
    }
    if before.epoch != epoch {
        return Err(before.why_not_change(epoch).into());
    }
    if before.ringing_until.is_some() {
        authorize(actor, Action::Override, Resource::Conversation(before.access()))
            .map_err(|_| Rejection::NotOffered)?;
    } else if before.missed_at.is_some() && kind == Kind::ConversationReleased {
        authorize(actor, Action::May(Permission::MonitoringRead), Resource::Conversation(before.access()))?;
    }
    let standing = next(tx, &before)?;
    if !store::stand(tx, id, epoch, &standing)? {
        return Err(find(tx, id)?.why_not_change(epoch).into());
    }
    ring::end(tx, cx, &before)?;
    let after = find(tx, id)?;
    tell(tx, cx, actor, kind, before.access(), &after);
    Ok(after)
}

const fn waiting(department: Option<DepartmentId>, now: Time) -> Standing {
    let waiting_since = Some(now);
    Standing { state: State::Waiting, owner: None, department, waiting_since, resolved_at: None, snoozed_until: None }
}

pub(super) const fn active(department: Option<DepartmentId>, owner: AgentId) -> Standing {
    let owner = Some(owner);
    Standing { state: State::Active, owner, department, waiting_since: None, resolved_at: None, snoozed_until: None }
}

const fn resolved(before: &Conversation, owner: Option<AgentId>, now: Time) -> Standing {
    let department = before.department_id;
    let resolved_at = Some(now);
    Standing { state: State::Resolved, owner, department, waiting_since: None, resolved_at, snoozed_until: None }
}

/// Gives a conversation back to the queue.
pub fn release(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: ConversationId, epoch: i64) -> Result<Conversation> {
    let now = cx.now();
    change(tx, cx, actor, id, epoch, Kind::ConversationReleased, |_, before| match before.owner_id {
        None if before.ringing_until.is_none() && before.missed_at.is_none() => {
            Err(before.why_not_change(epoch).into())
        }
        // what rings keeps its place
        _ if before.state.is_open() => Ok(waiting(before.department_id, before.waiting_since.unwrap_or(now))),
        _ => Err(before.why_not_change(epoch).into()),
    })
}

/// The customer's matter is settled. Whoever had the conversation stays named on it.
pub fn resolve(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: ConversationId, epoch: i64) -> Result<Conversation> {
    let now = cx.now();
    let me = actor.agent()?.id;
    let after = change(tx, cx, actor, id, epoch, Kind::ConversationResolved, |_, before| {
        if before.state.is_open() {
            Ok(resolved(before, before.owner_id.or(Some(me)), now))
        } else {
            Err(before.why_not_change(epoch).into())
        }
    })?;
    survey::ask(tx, cx, &after, Cause::Agent)?;
    Ok(after)
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
    authorize(actor, Action::Write, Resource::Conversation(before.access()))?;
    if before.epoch != epoch || before.state.is_open() {
        return Err(Rejection::StaleEpoch { owner: before.owner, epoch: before.epoch }.into());
    }
    let department = before.department_id;
    let standing = owner.map_or_else(|| waiting(department, now), |owner| active(department, owner));
    if !store::stand(tx, id, epoch, &standing)? {
        return Err(find(tx, id)?.why_not_change(epoch).into());
    }
    let after = find(tx, id)?;
    tell(tx, cx, actor, Kind::ConversationReopened, before.access(), &after);
    Ok(after)
}

/// The customer wrote into a resolved conversation: it goes back to whoever had it, if they can still take it.
pub(super) fn reopen_by_contact(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: ConversationId) -> Result<()> {
    let before = find(tx, id)?;
    let owner = match before.owner_id {
        Some(owner) => agent::hold(tx, owner)?.filter(|agent| agent.active).map(|agent| agent.id),
        None => None,
    };
    reopen(tx, cx, actor, id, before.epoch, owner).map(drop)
}

/// To whom a conversation is handed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Agent(AgentId),
    /// It waits there for somebody to take it.
    Department(DepartmentId),
}

impl Target {
    /// How the conversation stands afterwards. Refused when nobody is there to take it, unless it is to go there `anyway`.
    fn standing(self, tx: &mut Tx<'_>, now: Time, before: &Conversation, anyway: bool) -> Result<Standing> {
        match self {
            Self::Agent(id) => {
                let agent = agent::hold(tx, id)?.ok_or(Rejection::NotFound)?;
                if !agent.active {
                    return Err(Rejection::AgentInactive.into());
                }
                let status = agent.status.status;
                if !anyway && status != Status::Available {
                    return Err(Rejection::TargetNotAvailable { name: agent.name, status: Some(status) }.into());
                }
                Ok(active(before.department_id, id))
            }
            Self::Department(id) => {
                let department = department::get(tx, id)?;
                if department.archived {
                    return Err(Rejection::invalid("department_id", "This department is archived.").into());
                }
                if !anyway && status::available(tx, Some(id))?.is_empty() {
                    return Err(Rejection::TargetNotAvailable { name: department.name, status: None }.into());
                }
                Ok(waiting(Some(id), now))
            }
        }
    }
}

/// Hands a conversation to a colleague or a department.
pub fn transfer(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    id: ConversationId,
    epoch: i64,
    to: Target,
    anyway: bool,
) -> Result<Conversation> {
    let before = find(tx, id)?;
    authorize(actor, Action::May(Permission::ConversationTransfer), Resource::Conversation(before.access()))?;
    let now = cx.now();
    let takes = actor.agent().is_ok_and(|me| to == Target::Agent(me.id));
    // who looked at an older state learns that first
    if takes && before.epoch == epoch && before.owner_id.is_some_and(|owner| to != Target::Agent(owner)) {
        authorize(actor, Action::Override, Resource::Conversation(before.access()))
            .map_err(|_| Rejection::NotOwner { owner: before.owner.clone(), epoch: before.epoch })?;
        return Err(Rejection::invalid("agent_id", "Take it over from its owner, and say why.").into());
    }
    // whoever takes it for themselves knows what they are doing
    let anyway = anyway || takes;
    change(tx, cx, actor, id, epoch, Kind::ConversationTransferred, |tx, before| {
        if before.state.is_open() {
            to.standing(tx, now, before, anyway)
        } else {
            Err(before.why_not_change(epoch).into())
        }
    })
}

/// The customer ends the chat. Ending what has ended is no error.
pub fn end(tx: &mut Tx<'_>, cx: &Context, contact: &ContactActor, id: ConversationId) -> Result<()> {
    let actor = Actor::Contact(contact.clone());
    let before = find(tx, id)?;
    authorize(&actor, Action::Write, Resource::Conversation(before.access()))?;
    if !before.state.is_open() {
        return Ok(());
    }
    if !store::stand(tx, id, before.epoch, &resolved(&before, before.owner_id, cx.now()))? {
        return Err(Error::Db(db::DbError::Conflict));
    }
    ring::end(tx, cx, &before)?;
    let after = find(tx, id)?;
    tell(tx, cx, &actor, Kind::ConversationResolved, before.access(), &after);
    survey::ask(tx, cx, &after, Cause::Customer)
}

/// Puts everything that somebody has open back into the queue: they were switched off.
pub fn release_all(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, owner: AgentId) -> Result<()> {
    for id in store::open_of_owner(tx, owner, true)? {
        put_back(tx, cx, actor, id)?;
    }
    Ok(())
}

/// The same for somebody who left for now: what sleeps stays theirs.
pub fn release_present(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, owner: AgentId) -> Result<()> {
    for id in store::open_of_owner(tx, owner, false)? {
        put_back(tx, cx, actor, id)?;
    }
    Ok(())
}

pub(super) fn put_back(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: ConversationId) -> Result<()> {
    let before = find(tx, id)?;
    let standing = waiting(before.department_id, before.waiting_since.unwrap_or(cx.now()));
    if before.state.is_open() && store::stand(tx, id, before.epoch, &standing)? {
        ring::end(tx, cx, &before)?;
        let after = find(tx, id)?;
        tell(tx, cx, actor, Kind::ConversationReleased, before.access(), &after);
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
