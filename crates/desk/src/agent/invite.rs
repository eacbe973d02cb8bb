//! Invitations: a link that makes one account, once, within 72 hours. No email is needed.

use base::{InviteId, Secret};
use db::Tx;
use serde::Serialize;

use super::account::{NewAccount, create, may_manage};
use super::model::{INVITE_LIFE, Invite, Role};
use super::session::{Started, start_session};
use super::store;
use crate::actor::{Action, Actor, Permission, Resource, authorize};
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};
use crate::role;
use crate::token;

#[derive(Serialize)]
struct InviteData {
    id: InviteId,
    role: Role,
}

fn tell(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, kind: Kind, invite: &Invite) {
    let data = InviteData { id: invite.id, role: invite.role };
    emit(tx, cx, actor, kind, None, Audience::Allowed(Permission::PeopleManage), &data);
}

/// A new invitation and its token, which is shown only now.
pub fn create_invite(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, role: Role) -> Result<(Invite, Secret<String>)> {
    may_manage(tx, actor, role)?;
    role::check(tx, role)?;
    let now = cx.now();
    let token = token::new(&cx.rng);
    let id = InviteId::new(&cx.rng, now);
    let invite = Invite { id, role, created_at: now, expires_at: now.plus_millis(INVITE_LIFE) };
    store::insert_invite(tx, &invite, &token::hash(token.reveal()))?;
    tell(tx, cx, actor, Kind::InviteCreated, &invite);
    Ok((invite, token))
}

/// The invitations that can still be accepted, newest first.
pub fn list_invites(tx: &mut Tx<'_>, cx: &Context, actor: &Actor) -> Result<Vec<Invite>> {
    authorize(actor, Action::May(Permission::PeopleManage), Resource::Deployment)?;
    store::invites(tx, cx.now())
}

/// Takes an invitation back.
pub fn delete_invite(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: InviteId) -> Result<()> {
    authorize(actor, Action::May(Permission::PeopleManage), Resource::Deployment)?;
    let invite = store::take_invite_by_id(tx, id)?.ok_or(Rejection::NotFound)?;
    may_manage(tx, actor, invite.role)?;
    tell(tx, cx, actor, Kind::InviteDeleted, &invite);
    Ok(())
}

/// Uses an invitation up: makes the account and signs it in.
pub fn accept_invite(tx: &mut Tx<'_>, cx: &Context, token: &Secret<String>, account: &NewAccount) -> Result<Started> {
    let invite = store::take_invite(tx, &token::hash(token.reveal()))?
        .filter(|invite| cx.now() < invite.expires_at)
        .ok_or(Rejection::InviteNotFound)?;
    let agent = create(tx, cx, account, invite.role)?;
    let started = start_session(tx, cx, &agent)?;
    tell(tx, cx, &Actor::Agent(started.actor.clone()), Kind::InviteAccepted, &invite);
    Ok(started)
}
