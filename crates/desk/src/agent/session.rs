//! Sessions: started in one place, known by a hash, ended with their sockets.

use base::{AgentId, Secret, SessionId};
use db::Tx;
use serde::Serialize;

use super::account::may_manage;
use super::model::{Agent, SESSION_IDLE, SESSION_LIFE, Session, normal_email};
use super::store;
use crate::actor::{Action, Actor, AgentActor, Permission, Resource, Rights, authorize};
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};
use crate::{department, role, token};

/// A session that has just begun: the only moment when its token is known.
#[derive(Clone, Debug)]
pub struct Started {
    pub token: Secret<String>,
    pub session: Session,
    pub agent: Agent,
    pub actor: AgentActor,
}

#[derive(Serialize)]
struct SessionData {
    session_id: SessionId,
    agent_id: AgentId,
}

/// The account that signs in with `email` and its stored password, whether switched on or not. The caller compares the
/// password outside the transaction, also when there is no such account.
pub fn find_account(tx: &mut Tx<'_>, email: &str) -> Result<Option<(Agent, String)>> {
    let email = normal_email(email);
    // PostgreSQL takes no NUL, not even to look for one
    if email.contains('\0') { Ok(None) } else { store::by_email(tx, &email) }
}

/// Begins a session for somebody whose password was right.
pub fn start_session(tx: &mut Tx<'_>, cx: &Context, agent: &Agent) -> Result<Started> {
    if !store::lock(tx, agent.id)?.is_some_and(|now| now.active) {
        return Err(Rejection::SignInFailed.into());
    }
    let now = cx.now();
    let token = token::new(&cx.rng);
    let session = Session {
        id: SessionId::new(&cx.rng, now),
        agent: agent.id,
        last_used_at: now,
        expires_at: now.plus_millis(SESSION_LIFE),
    };
    store::insert_session(tx, &session, &token::hash(token.reveal()), now)?;
    let actor = actor_of(tx, agent, session.id)?;
    tell(tx, cx, &Actor::Agent(actor.clone()), Kind::SessionStarted, session.id, agent.id);
    Ok(Started { token, session, agent: agent.clone(), actor })
}

fn tell(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, kind: Kind, session_id: SessionId, agent_id: AgentId) {
    emit(tx, cx, actor, kind, None, Audience::System, &SessionData { session_id, agent_id });
}

/// Who holds the session with this token hash. None when it ended, rested for 12 h, is 7 days old or the account is off.
pub fn find_session(tx: &mut Tx<'_>, cx: &Context, token_hash: &str) -> Result<Option<(AgentActor, Session)>> {
    let Some((session, agent)) = store::session(tx, token_hash)? else { return Ok(None) };
    let now = cx.now();
    let alive = agent.active && now < session.expires_at && now.since(session.last_used_at) < SESSION_IDLE;
    let actor = actor_of(tx, &agent, session.id)?;
    Ok(alive.then_some((actor, session)))
}

/// Who acts in a session, with what their role and departments give them now.
fn actor_of(tx: &mut Tx<'_>, agent: &Agent, session: SessionId) -> Result<AgentActor> {
    let rights =
        Rights { permissions: role::permissions(tx, agent.role)?, departments: department::of_agent(tx, agent.id)? };
    let shown_name = agent.shown_name().to_owned();
    Ok(AgentActor { id: agent.id, name: agent.name.clone(), shown_name, role: agent.role, session, rights })
}

/// Each session with what it may now; those that are over are left out. For sockets that are open while rights change.
pub(crate) fn renew(tx: &mut Tx<'_>, sessions: &[SessionId]) -> Result<Vec<AgentActor>> {
    let mut actors = Vec::new();
    for id in sessions {
        if let Some(agent) = store::agent_of_session(tx, *id)? {
            actors.push(actor_of(tx, &agent, *id)?);
        }
    }
    Ok(actors)
}

/// Signs the caller out.
pub fn end_session(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor) -> Result<()> {
    if store::delete_session(tx, me.session)? {
        tell(tx, cx, &Actor::Agent(me.clone()), Kind::SessionEnded, me.session, me.id);
    }
    Ok(())
}

/// Signs somebody out everywhere: oneself, or as administrator anybody.
pub fn end_all_sessions(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: AgentId) -> Result<()> {
    let me = actor.agent()?.id;
    if me != id {
        authorize(actor, Action::May(Permission::PeopleManage), Resource::Deployment)?;
    }
    let agent = store::by_id(tx, id)?.ok_or(Rejection::NotFound)?;
    if me != id {
        may_manage(tx, actor, agent.role)?;
    }
    end_all(tx, cx, actor, id)
}

pub(super) fn end_all(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: AgentId) -> Result<()> {
    for session in store::sessions_of(tx, id)? {
        store::delete_session(tx, session)?;
        tell(tx, cx, actor, Kind::SessionEnded, session, id);
    }
    Ok(())
}

pub(super) fn end_others(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: AgentId, keep: SessionId) -> Result<()> {
    for session in store::sessions_of(tx, id)?.into_iter().filter(|session| *session != keep) {
        store::delete_session(tx, session)?;
        tell(tx, cx, actor, Kind::SessionEnded, session, id);
    }
    Ok(())
}

/// How coarse "last used" is, in ms: a busy session is written once in this time.
const TOUCH_EVERY: i64 = 10 * 60 * 1000;

/// Whether a session's last use should be written down again.
pub(crate) fn is_stale(cx: &Context, session: &Session) -> bool {
    cx.now().since(session.last_used_at) > TOUCH_EVERY
}

pub(crate) fn touch(tx: &mut Tx<'_>, cx: &Context, id: SessionId) -> Result<()> {
    store::touch_session(tx, id, cx.now())
}

/// Deletes sessions and invitations whose time is over, and says which sessions ended.
pub fn forget_expired(tx: &mut Tx<'_>, cx: &Context) -> Result<()> {
    let now = cx.now();
    for (session, agent) in store::expired_sessions(tx, now, now.plus_millis(-SESSION_IDLE))? {
        store::delete_session(tx, session)?;
        tell(tx, cx, &Actor::System, Kind::SessionEnded, session, agent);
    }
    store::delete_expired_resets(tx, now)?;
    store::delete_expired_invites(tx, now)
}
