//! To whom a conversation can be handed, and what they are doing: read when somebody is about to choose.

use base::{AgentId, DepartmentId, Time};
use db::Tx;
use serde::Serialize;
use utoipa::ToSchema;

use super::AWAY_AFTER;
use super::store;
use crate::actor::{Action, Actor, Permission, Resource, authorize};
use crate::context::Context;
use crate::error::Result;
use crate::status::Status;

/// Everybody and every department that can be chosen, by name; at most 1,000 of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Targets {
    pub agents: Vec<AgentTarget>,
    pub departments: Vec<DepartmentTarget>,
}

/// A colleague whose account is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgentTarget {
    #[schema(value_type = String)]
    pub id: AgentId,
    pub name: String,
    /// Has the dashboard open somewhere.
    pub online: bool,
    pub status: Status,
    /// When the status ends by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Time>,
    /// Chats in progress.
    pub chats: i64,
    pub limit: i64,
}

/// A department that is not archived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DepartmentTarget {
    #[schema(value_type = String)]
    pub id: DepartmentId,
    pub name: String,
    /// How many of its members are available.
    pub available: i64,
    /// How many chats wait there already.
    pub waiting: i64,
}

/// For whoever may hand conversations over.
pub fn targets(tx: &mut Tx<'_>, cx: &Context, actor: &Actor) -> Result<Targets> {
    authorize(actor, Action::May(Permission::ConversationTransfer), Resource::Deployment)?;
    let agents = store::agent_targets(tx, cx.now().plus_millis(-AWAY_AFTER))?;
    Ok(Targets { agents, departments: store::department_targets(tx)? })
}
