//! Agents: the people, their roles, and signing them out.

use std::collections::HashMap;

use axum::extract::State;
use base::{AgentId, Time};
use desk::agent::{self, Agent, Update};
use desk::{Desk, status};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::problem::{Json, Nothing, Path, Problem};

/// An agent, and whether they are here.
#[derive(Serialize, ToSchema)]
pub struct Colleague {
    #[serde(flatten)]
    agent: Agent,
    /// Has the dashboard open somewhere.
    online: bool,
    /// The last sign of life of an open dashboard, to half a minute. Only lists say it.
    #[schema(value_type = Option<String>, format = DateTime)]
    seen_at: Option<Time>,
}

impl Colleague {
    pub fn of(desk: &Desk, agent: Agent) -> Self {
        let online = desk.hub().is_online(agent.id);
        Self { agent, online, seen_at: None }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Colleagues {
    items: Vec<Colleague>,
}

/// Everybody, by name.
#[utoipa::path(get, path = "/api/v1/agents", operation_id = "agent_list", tag = "desk",
    responses((status = 200, body = Colleagues), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn list(State(app): State<App>, me: SignedIn) -> Result<axum::Json<Colleagues>, Problem> {
    let actor = me.actor();
    let (agents, seen) = app.desk.read(move |tx, _| Ok((agent::list(tx, &actor)?, status::last_seen(tx)?))).await?;
    let seen: HashMap<AgentId, Time> = seen.into_iter().collect();
    let with_seen =
        |agent: Agent| Colleague { seen_at: seen.get(&agent.id).copied(), ..Colleague::of(&app.desk, agent) };
    let items = agents.into_iter().map(with_seen).collect();
    Ok(axum::Json(Colleagues { items }))
}

/// Change one's own name, or as administrator anybody's role or whether the account is on.
#[utoipa::path(patch, path = "/api/v1/agents/{id}", operation_id = "agent_update", tag = "desk", params(("id" = String, Path)), request_body = Update,
    responses((status = 200, body = Colleague), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn update(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<AgentId>,
    Json(wanted): Json<Update>,
) -> Result<axum::Json<Colleague>, Problem> {
    let actor = me.actor();
    let agent = app.desk.write(id, move |tx, cx| agent::update(tx, cx, &actor, id, &wanted)).await?;
    app.desk.forget_sessions();
    Ok(axum::Json(Colleague::of(&app.desk, agent)))
}

/// Sign somebody out everywhere.
#[utoipa::path(delete, path = "/api/v1/agents/{id}/sessions", operation_id = "agent_end_sessions", tag = "desk", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn end_sessions(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<AgentId>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    let actor = me.actor();
    app.desk.write(id, move |tx, cx| agent::end_all_sessions(tx, cx, &actor, id)).await?;
    app.desk.forget_sessions();
    Ok(StatusCode::NO_CONTENT)
}
