//! Accounts: the first administrator, changes, switching off.

use base::{AgentId, Secret};
use db::Tx;
use serde::Serialize;

use super::model::{Agent, Role, Update, check_email, check_name, normal_email};
use super::session::{Started, end_all, start_session};
use super::store;
use crate::actor::{Action, Actor, AgentActor, Permission, Resource, authorize};
use crate::context::Context;
use crate::conversation;
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};
use crate::inbox::{self, Inbox};
use crate::{role, setting, status};

/// What a new account is made of. The password is hashed before the transaction: hashing takes tens of milliseconds.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub name: String,
    pub email: String,
    pub password_hash: String,
}

impl NewAccount {
    fn check(&self) -> Result<(), Rejection> {
        let mut errors = Vec::new();
        check_name(&mut errors, "name", &self.name);
        check_email(&mut errors, &self.email);
        if errors.is_empty() { Ok(()) } else { Err(Rejection::Invalid(errors)) }
    }
}

/// What set-up leaves behind.
#[derive(Clone, Debug)]
pub struct SetUp {
    pub started: Started,
    pub inbox: Inbox,
}

#[derive(Serialize)]
pub(super) struct AgentData<'a> {
    pub agent: &'a Agent,
}

/// Whether there is an administrator, so that set-up is over.
pub fn is_set_up(tx: &mut Tx<'_>) -> Result<bool> {
    store::any(tx)
}

/// Makes the first administrator and the first inbox, once, for whoever holds the one-time code.
pub fn set_up(
    tx: &mut Tx<'_>,
    cx: &Context,
    code: &Secret<String>,
    account: &NewAccount,
    company: &str,
) -> Result<SetUp> {
    if is_set_up(tx)? {
        return Err(Rejection::AlreadySetUp.into());
    }
    if !setting::is_setup_code(tx, cx, code)? {
        return Err(Rejection::BadSetupCode.into());
    }
    let mut errors = Vec::new();
    check_name(&mut errors, "company", company);
    if !errors.is_empty() {
        return Err(Rejection::Invalid(errors).into());
    }
    let agent = create(tx, cx, account, Role::Administrator)?;
    setting::set_company(tx, company.trim())?;
    setting::spend_setup_code(tx)?;
    let started = start_session(tx, cx, &agent)?;
    let inbox = inbox::create(tx, cx, &Actor::Agent(started.actor.clone()), company.trim())?;
    Ok(SetUp { started, inbox })
}

/// Makes an account; whoever calls has decided that it may be made.
pub(super) fn create(tx: &mut Tx<'_>, cx: &Context, account: &NewAccount, role: Role) -> Result<Agent> {
    account.check()?;
    let id = AgentId::new(&cx.rng, cx.now());
    let email = normal_email(&account.email);
    let new = store::New { id, name: account.name.trim(), email: &email, role, created_at: cx.now() };
    if !store::insert(tx, &new, &account.password_hash)? {
        return Err(Rejection::EmailTaken.into());
    }
    status::begin(tx, cx, id)?;
    let agent = store::by_id(tx, id)?.ok_or(Rejection::NotFound)?;
    emit(tx, cx, &Actor::System, Kind::AgentJoined, None, Audience::Agents, &AgentData { agent: &agent });
    Ok(agent)
}

/// Everybody, by name.
pub fn list(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Agent>> {
    authorize(actor, Action::Read, Resource::Deployment)?;
    store::list(tx)
}

/// One account.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: AgentId) -> Result<Agent> {
    authorize(actor, Action::Read, Resource::Deployment)?;
    store::by_id(tx, id)?.ok_or_else(|| Rejection::NotFound.into())
}

/// Refuses whoever may not manage people, or would get at somebody who may more than they do.
pub(super) fn may_manage(tx: &mut Tx<'_>, actor: &Actor, role: Role) -> Result<()> {
    authorize(actor, Action::May(Permission::PeopleManage), Resource::Deployment)?;
    let permissions = role::permissions(tx, role)?;
    if actor.agent()?.outranks(role, permissions) { Ok(()) } else { Err(Rejection::Forbidden.into()) }
}

/// Changes one's own profile, or with the right to it anybody's, their role, limit, or whether the account is on.
pub fn update(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: AgentId, update: &Update) -> Result<Agent> {
    let me = actor.agent()?;
    let decides = update.role.is_some() || update.active.is_some();
    let manages = decides || update.chat_limit.is_some() || me.id != id;
    if manages {
        authorize(actor, Action::May(Permission::PeopleManage), Resource::Deployment)?;
    }
    if decides {
        store::hold_administrators(tx)?;
    }
    let before = store::lock(tx, id)?.ok_or(Rejection::NotFound)?;
    if manages {
        may_manage(tx, actor, before.role)?;
    }
    let mut after = before.with_profile(update).map_err(Rejection::Invalid)?;
    if let Some(new) = update.role {
        role::check(tx, new)?;
        may_manage(tx, actor, new)?;
        after.role = new;
    }
    after.active = update.active.unwrap_or(before.active);
    if after == before {
        return Ok(after);
    }
    store::save(tx, &after)?;
    if store::active_administrators(tx)? == 0 {
        return Err(Rejection::LastAdministrator.into());
    }
    emit(tx, cx, actor, Kind::AgentUpdated, None, Audience::Agents, &AgentData { agent: &after });
    if before.active && !after.active {
        end_all(tx, cx, actor, id)?;
        conversation::release_all(tx, cx, actor, id)?;
    }
    Ok(after)
}

/// The account, held until the transaction ends: switching it off waits, or has happened.
pub(crate) fn hold(tx: &mut Tx<'_>, id: AgentId) -> Result<Option<Agent>> {
    store::lock(tx, id)
}

/// Sets a new password and ends the person's other sessions.
pub fn change_password(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor, password_hash: &str) -> Result<()> {
    store::save_password(tx, me.id, password_hash)?;
    let actor = Actor::Agent(me.clone());
    super::session::end_others(tx, cx, &actor, me.id, me.session)
}

/// The stored password of the signed-in person, to be compared outside the transaction.
pub fn stored_password(tx: &mut Tx<'_>, me: &AgentActor) -> Result<Option<String>> {
    store::password(tx, me.id)
}
