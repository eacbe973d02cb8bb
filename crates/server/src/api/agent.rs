//! Agents: the people, their roles, and signing them out.

use axum::extract::State;
use base::AgentId;
use desk::Desk;
use desk::agent::{self, Agent, Update};
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
}

impl Colleague {
    pub fn of(desk: &Desk, agent: Agent) -> Self {
        let online = desk.hub().is_online(agent.id);
        Self { agent, online }
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
    let agents = app.desk.read(move |tx, _| agent::list(tx, &actor)).await?;
    let items = agents.into_iter().map(|agent| Colleague::of(&app.desk, agent)).collect();
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
