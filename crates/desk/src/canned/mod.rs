//! Canned replies: text that is written once and used often, by one agent, a department or everybody. What its variables
//! stand for is filled in where it is used, before anybody sends it.

mod model;
mod store;

use base::{AgentId, CannedId, DepartmentId};
use db::Tx;
use serde::Serialize;
use utoipa::ToSchema;

use crate::actor::{Action, Actor, AgentActor, Permission, Resource, authorize};
use crate::context::Context;
use crate::department;
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};

pub use model::{Canned, New, Scope, Update};

/// The most canned replies in one scope.
const MOST: i64 = 500;

#[derive(Serialize)]
struct CannedData<'a> {
    canned: &'a Canned,
}

#[derive(Serialize)]
struct Gone {
    id: CannedId,
}

#[derive(Serialize)]
struct Used {
    id: CannedId,
    times: i64,
}

/// Every canned reply that somebody may use, by name, with the number of the last event that is in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CannedReplies {
    pub items: Vec<Canned>,
    pub head: i64,
}

/// One's own, those of one's departments, and those for everybody; `times` says how often one used each.
pub fn list(tx: &mut Tx<'_>, me: &AgentActor) -> Result<CannedReplies> {
    let sees_all = me.rights.has(Permission::ConversationReadAll);
    Ok(CannedReplies { items: store::list(tx, me.id, sees_all)?, head: tx.head()? })
}

/// Who hears of it: whoever may use it.
const fn audience(scope: Scope) -> Audience {
    match scope {
        Scope::Agent(id) => Audience::Agent(id),
        Scope::Department(id) => Audience::Department(id),
        Scope::All => Audience::Agents,
    }
}

fn reads(me: &AgentActor, scope: Scope) -> bool {
    match scope {
        Scope::Agent(id) => id == me.id,
        Scope::Department(id) => me.rights.has(Permission::ConversationReadAll) || me.rights.departments.contains(&id),
        Scope::All => true,
    }
}

/// Refuses whoever may not write in a scope: one's own is one's own, the others need a permission.
fn may_write(tx: &mut Tx<'_>, me: &AgentActor, scope: Scope) -> Result<()> {
    if !reads(me, scope) {
        return Err(Rejection::NotFound.into());
    }
    if let Scope::Department(id) = scope {
        department::get(tx, id)?;
    }
    if scope != Scope::Agent(me.id) {
        authorize(&Actor::Agent(me.clone()), Action::May(Permission::CannedShare), Resource::Deployment)?;
    }
    Ok(())
}

/// One that this agent may use.
pub(crate) fn get(tx: &mut Tx<'_>, me: &AgentActor, id: CannedId) -> Result<Canned> {
    let found = store::by_id(tx, id, me.id)?.filter(|it| reads(me, it.scope()));
    found.ok_or_else(|| Rejection::NotFound.into())
}

/// A new canned reply.
pub fn create(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor, new: &New) -> Result<Canned> {
    let scope = scope_of(me, new.shared, new.department_id)?;
    may_write(tx, me, scope)?;
    let now = cx.now();
    let it = Canned {
        id: CannedId::new(&cx.rng, now),
        agent_id: if let Scope::Agent(id) = scope { Some(id) } else { None },
        department_id: if let Scope::Department(id) = scope { Some(id) } else { None },
        name: model::name(&new.name)?,
        body: model::body(&new.body)?,
        tags: model::tags(&new.tags)?,
        times: 0,
        updated_at: now,
    };
    if store::count(tx, scope)? >= MOST {
        return Err(Rejection::invalid("name", "There are 500 of these already. Delete one first.").into());
    }
    store::insert(tx, &it)?;
    emit(tx, cx, &Actor::Agent(me.clone()), Kind::CannedCreated, None, audience(scope), &CannedData { canned: &it });
    Ok(it)
}

fn scope_of(me: &AgentActor, shared: bool, department: Option<DepartmentId>) -> Result<Scope, Rejection> {
    match (shared, department) {
        (false, None) => Ok(Scope::Agent(me.id)),
        (true, None) => Ok(Scope::All),
        (false, Some(id)) => Ok(Scope::Department(id)),
        (true, Some(_)) => Err(Rejection::invalid("shared", "Share it with a department or with everybody, not both.")),
    }
}

/// Changes the name, the text or the tags.
pub fn update(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor, id: CannedId, update: &Update) -> Result<Canned> {
    let before = get(tx, me, id)?;
    may_write(tx, me, before.scope())?;
    let mut after = before.clone();
    if let Some(name) = &update.name {
        after.name = model::name(name)?;
    }
    if let Some(body) = &update.body {
        after.body = model::body(body)?;
    }
    if let Some(tags) = &update.tags {
        after.tags = model::tags(tags)?;
    }
    if after == before {
        return Ok(before);
    }
    after.updated_at = cx.now();
    store::save(tx, &after)?;
    // how often its writer used it is nobody else's matter
    let told = Canned { times: 0, ..after.clone() };
    let to = audience(after.scope());
    emit(tx, cx, &Actor::Agent(me.clone()), Kind::CannedUpdated, None, to, &CannedData { canned: &told });
    Ok(after)
}

/// Deletes one. What was sent with it stays.
pub fn delete(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor, id: CannedId) -> Result<()> {
    let it = get(tx, me, id)?;
    may_write(tx, me, it.scope())?;
    store::delete(tx, id)?;
    emit(tx, cx, &Actor::Agent(me.clone()), Kind::CannedDeleted, None, audience(it.scope()), &Gone { id });
    Ok(())
}

/// Counts that somebody used one, so that it stands higher in their list.
pub fn count_use(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor, id: CannedId) -> Result<()> {
    get(tx, me, id)?;
    let times = store::count_use(tx, me.id, id)?;
    let mine: AgentId = me.id;
    emit(tx, cx, &Actor::Agent(me.clone()), Kind::CannedUsed, None, Audience::Agent(mine), &Used { id, times });
    Ok(())
}
