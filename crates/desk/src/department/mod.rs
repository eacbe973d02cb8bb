//! Departments: groups of agents. A conversation that belongs to one is read by its members, its owner, and whoever may read
//! everything.

mod model;
mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use base::{AgentId, DepartmentId};
use db::Tx;
use serde::Serialize;

use crate::actor::{Action, Actor, Permission, Resource, authorize};
use crate::agent;
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};

pub use model::{Department, Hours, New, Stretch, Update, given};
pub(crate) use store::readable;

/// The most departments a deployment may have.
const MOST: usize = 500;

#[derive(Serialize)]
struct DepartmentData<'a> {
    department: &'a Department,
}

fn tell(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, kind: Kind, department: &Department) {
    emit(tx, cx, actor, kind, None, Audience::Agents, &DepartmentData { department });
}

/// All departments, by name, with their members.
pub fn list(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Department>> {
    authorize(actor, Action::Read, Resource::Deployment)?;
    store::list(tx)
}

/// One department, archived or not.
pub fn get(tx: &mut Tx<'_>, id: DepartmentId) -> Result<Department> {
    store::by_id(tx, id)?.ok_or_else(|| Rejection::NotFound.into())
}

/// The departments that somebody belongs to.
pub(crate) fn of_agent(tx: &mut Tx<'_>, agent: AgentId) -> Result<Arc<[DepartmentId]>> {
    Ok(store::of_agent(tx, agent)?.into())
}

fn named(tx: &mut Tx<'_>, id: Option<DepartmentId>, name: &str) -> Result<String> {
    let mut errors = Vec::new();
    agent::check_name(&mut errors, "name", name);
    if !errors.is_empty() {
        return Err(Rejection::Invalid(errors).into());
    }
    let name = name.trim().to_owned();
    let same = |it: &Department| Some(it.id) != id && it.name.to_lowercase() == name.to_lowercase();
    if store::list(tx)?.iter().any(same) {
        return Err(Rejection::invalid("name", "There is a department with this name.").into());
    }
    Ok(name)
}

/// A new department without members.
pub fn create(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, new: &New) -> Result<Department> {
    authorize(actor, Action::May(Permission::DepartmentManage), Resource::Deployment)?;
    if store::list(tx)?.len() >= MOST {
        return Err(Rejection::invalid("name", "There are 500 departments already.").into());
    }
    let department = Department {
        id: DepartmentId::new(&cx.rng, cx.now()),
        name: named(tx, None, &new.name)?,
        hours: None,
        fallback_id: None,
        archived: false,
        members: Vec::new(),
        created_at: cx.now(),
    };
    store::insert(tx, &department)?;
    tell(tx, cx, actor, Kind::DepartmentCreated, &department);
    Ok(department)
}

/// Changes a department's name, hours or fall-back, archives it or brings it back.
pub fn update(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: DepartmentId, update: &Update) -> Result<Department> {
    authorize(actor, Action::May(Permission::DepartmentManage), Resource::Deployment)?;
    let before = store::lock(tx, id)?.ok_or(Rejection::NotFound)?;
    let mut after = before.clone();
    if let Some(name) = &update.name {
        after.name = named(tx, Some(id), name)?;
    }
    if let Some(hours) = &update.hours {
        let mut errors = Vec::new();
        hours.iter().for_each(|hours| model::check_hours(&mut errors, hours));
        if !errors.is_empty() {
            return Err(Rejection::Invalid(errors).into());
        }
        after.hours.clone_from(hours);
    }
    if let Some(fallback) = update.fallback_id {
        check_fallback(tx, id, fallback)?;
        after.fallback_id = fallback;
    }
    after.archived = update.archived.unwrap_or(before.archived);
    if after != before {
        store::save(tx, &after)?;
        tell(tx, cx, actor, Kind::DepartmentUpdated, &after);
    }
    Ok(after)
}

/// Falling back must end somewhere: never here again, and only with a department that still takes something.
fn check_fallback(tx: &mut Tx<'_>, id: DepartmentId, fallback: Option<DepartmentId>) -> Result<()> {
    let mut next = fallback;
    for _ in 0..=MOST {
        let Some(department) = next else { return Ok(()) };
        let it = store::by_id(tx, department)?;
        let Some(it) = it.filter(|it| it.id != id && (!it.archived || fallback != Some(it.id))) else { break };
        next = it.fallback_id;
    }
    Err(Rejection::invalid("fallback_id", "Choose a department that does not fall back to this one.").into())
}

/// Puts somebody into a department. They read its conversations from now on.
pub fn add_member(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    id: DepartmentId,
    agent: AgentId,
) -> Result<Department> {
    authorize(actor, Action::May(Permission::DepartmentManage), Resource::Deployment)?;
    store::lock(tx, id)?.ok_or(Rejection::NotFound)?;
    agent::get(tx, actor, agent)?;
    changed(tx, cx, actor, id, |tx| store::insert_member(tx, id, agent))
}

/// Takes somebody out of a department. What they own stays theirs.
pub fn remove_member(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    id: DepartmentId,
    agent: AgentId,
) -> Result<Department> {
    authorize(actor, Action::May(Permission::DepartmentManage), Resource::Deployment)?;
    store::lock(tx, id)?.ok_or(Rejection::NotFound)?;
    changed(tx, cx, actor, id, |tx| store::delete_member(tx, id, agent))
}

fn changed(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    id: DepartmentId,
    change: impl FnOnce(&mut Tx<'_>) -> Result<bool>,
) -> Result<Department> {
    let is_new = change(tx)?;
    let now = get(tx, id)?;
    if is_new {
        tell(tx, cx, actor, Kind::DepartmentUpdated, &now);
    }
    Ok(now)
}
