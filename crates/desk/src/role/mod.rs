//! Roles that the company makes itself: a name and a set of permissions. The two built-in ones are no rows.

mod store;
#[cfg(test)]
mod tests;

use base::{RoleId, Time};
use db::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actor::{Action, Actor, Permission, Permissions, Resource, Role, authorize};
use crate::agent;
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};

/// The most custom roles a deployment may have.
const MOST: usize = 500;

/// A role that the company made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CustomRole)]
pub struct Custom {
    #[schema(value_type = String)]
    pub id: RoleId,
    pub name: String,
    #[schema(value_type = Vec<Permission>)]
    pub permissions: Permissions,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// What a role is made of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRole)]
pub struct New {
    /// 1 to 80 characters.
    pub name: String,
    #[schema(value_type = Vec<Permission>)]
    pub permissions: Permissions,
}

/// What to change of a role; what is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoleUpdate)]
pub struct Update {
    pub name: Option<String>,
    #[schema(value_type = Option<Vec<Permission>>)]
    pub permissions: Option<Permissions>,
}

#[derive(Serialize)]
struct RoleData<'a> {
    role: &'a Custom,
}

#[derive(Serialize)]
struct Gone {
    id: RoleId,
}

/// All custom roles, by name.
pub fn list(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Custom>> {
    authorize(actor, Action::Read, Resource::Deployment)?;
    store::list(tx)
}

/// What a role allows. A role that is gone allows what the built-in Agent may.
pub(crate) fn permissions(tx: &mut Tx<'_>, role: Role) -> Result<Permissions> {
    Ok(match role {
        Role::Administrator => Permissions::all(),
        Role::Agent => Permissions::of_agents(),
        Role::Custom(id) => store::by_id(tx, id)?.map_or(Permissions::of_agents(), |role| role.permissions),
    })
}

/// Refuses a role that is not there.
pub(crate) fn check(tx: &mut Tx<'_>, role: Role) -> Result<()> {
    if let Role::Custom(id) = role {
        store::by_id(tx, id)?.ok_or_else(|| Rejection::invalid("role", "This role is not here any more."))?;
    }
    Ok(())
}

fn may_give(actor: &Actor, permissions: Permissions) -> Result<()> {
    authorize(actor, Action::May(Permission::RoleManage), Resource::Deployment)?;
    if actor.agent()?.outranks(Role::Agent, permissions) { Ok(()) } else { Err(Rejection::Forbidden.into()) }
}

fn named(tx: &mut Tx<'_>, id: Option<RoleId>, name: &str) -> Result<String> {
    let mut errors = Vec::new();
    agent::check_name(&mut errors, "name", name);
    if !errors.is_empty() {
        return Err(Rejection::Invalid(errors).into());
    }
    let name = name.trim().to_owned();
    let lower = name.to_lowercase();
    let built_in = matches!(lower.as_str(), "administrator" | "agent");
    if built_in || store::list(tx)?.iter().any(|role| Some(role.id) != id && role.name.to_lowercase() == lower) {
        return Err(Rejection::invalid("name", "There is a role with this name.").into());
    }
    Ok(name)
}

/// A new role. Nobody makes one that may more than they may.
pub fn create(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, new: &New) -> Result<Custom> {
    may_give(actor, new.permissions)?;
    if store::list(tx)?.len() >= MOST {
        return Err(Rejection::invalid("name", "There are 500 roles already. Delete one first.").into());
    }
    let id = RoleId::new(&cx.rng, cx.now());
    let role = Custom { id, name: named(tx, None, &new.name)?, permissions: new.permissions, created_at: cx.now() };
    store::insert(tx, &role)?;
    emit(tx, cx, actor, Kind::RoleCreated, None, Audience::Agents, &RoleData { role: &role });
    Ok(role)
}

/// Changes a role for everybody who has it.
pub fn update(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: RoleId, update: &Update) -> Result<Custom> {
    let before = store::by_id(tx, id)?.ok_or(Rejection::NotFound)?;
    may_give(actor, before.permissions)?;
    let mut after = before.clone();
    if let Some(name) = &update.name {
        after.name = named(tx, Some(id), name)?;
    }
    after.permissions = update.permissions.unwrap_or(before.permissions);
    may_give(actor, after.permissions)?;
    if after != before {
        store::save(tx, &after)?;
        emit(tx, cx, actor, Kind::RoleUpdated, None, Audience::Agents, &RoleData { role: &after });
    }
    Ok(after)
}

/// Deletes a role that nobody has.
pub fn delete(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: RoleId) -> Result<()> {
    let role = store::by_id(tx, id)?.ok_or(Rejection::NotFound)?;
    may_give(actor, role.permissions)?;
    let holders = store::holders(tx, id)?;
    if holders > 0 {
        return Err(Rejection::RoleInUse { holders }.into());
    }
    store::delete(tx, id)?;
    emit(tx, cx, actor, Kind::RoleDeleted, None, Audience::Agents, &Gone { id });
    Ok(())
}
