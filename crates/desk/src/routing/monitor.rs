//! The floor at a glance: how many wait, ring and are in progress, and how each agent is doing. Numbers that are read
//! together, in one snapshot.

use base::{AgentId, Time};
use db::Tx;
use serde::Serialize;
use utoipa::ToSchema;

use super::AWAY_AFTER;
use super::model::{CHAT_LIMIT, Mode};
use super::store;
use crate::actor::{Action, Actor, AgentActor, Permission, Resource, authorize};
use crate::context::Context;
use crate::error::Result;
use crate::status::Status;

/// What the monitoring page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Monitoring {
    pub waiting: i64,
    /// Since when whoever waits longest has waited.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub waiting_since: Option<Time>,
    pub ringing: i64,
    pub active: i64,
    /// How many more chats those who are here could take.
    pub free_places: i64,
    pub missed: i64,
    /// By name.
    pub agents: Vec<AgentLoad>,
    #[schema(value_type = String, format = DateTime)]
    pub now: Time,
    /// Number of the last event that is in this.
    pub head: i64,
}

/// How one agent is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgentLoad {
    #[schema(value_type = String)]
    pub id: AgentId,
    pub name: String,
    /// Has the dashboard open somewhere.
    pub online: bool,
    /// Only who is available is offered or given anything.
    pub status: Status,
    #[schema(value_type = String, format = DateTime)]
    pub status_since: Time,
    pub chats: i64,
    pub limit: i64,
    /// Since when the chat has been theirs that has been so longest.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub handling_since: Option<Time>,
    /// Since when the customer who has waited longest for an answer has had the last word.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub unanswered_since: Option<Time>,
}

/// The day in numbers, for one agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Home {
    /// One's own open ones.
    pub mine: i64,
    pub waiting: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub waiting_since: Option<Time>,
    pub active: i64,
    pub missed: i64,
    /// Resolved since the given time.
    pub resolved: i64,
    /// Number of the last event that is in this.
    pub head: i64,
}

/// The floor now, for whoever may look over it.
pub fn monitoring(tx: &mut Tx<'_>, cx: &Context, actor: &Actor) -> Result<Monitoring> {
    authorize(actor, Action::May(Permission::MonitoringRead), Resource::Deployment)?;
    let rules = store::rules(tx)?;
    let limit = rules.iter().filter(|rule| rule.mode != Mode::Manual).map(|rule| rule.chat_limit).max();
    let agents = store::loads(tx, cx.now().plus_millis(-AWAY_AFTER), limit.unwrap_or(CHAT_LIMIT))?;
    let floor = store::floor(tx)?;
    let here = agents.iter().filter(|agent| agent.online && agent.status == Status::Available);
    Ok(Monitoring {
        waiting: floor.waiting,
        waiting_since: floor.waiting_since,
        ringing: floor.ringing,
        active: floor.active,
        free_places: here.map(|agent| (agent.limit - agent.chats).max(0)).sum(),
        missed: floor.missed,
        agents,
        now: cx.now(),
        head: tx.head()?,
    })
}

/// The day in numbers for `me`; `since` is when their day began.
pub fn home(tx: &mut Tx<'_>, me: &AgentActor, since: Time) -> Result<Home> {
    let floor = store::floor(tx)?;
    Ok(Home {
        mine: store::mine(tx, me.id)?,
        waiting: floor.waiting,
        waiting_since: floor.waiting_since,
        active: floor.active,
        missed: floor.missed,
        resolved: store::resolved_since(tx, since)?,
        head: tx.head()?,
    })
}
