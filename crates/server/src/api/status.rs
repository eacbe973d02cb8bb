//! What agents are doing: now, and before.

use axum::extract::State;
use base::{AgentId, Time};
use desk::status::{self, Now, Span, Wanted};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::problem::{Json, Path, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Only spans that began before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    before: Option<Time>,
}

#[derive(Serialize, ToSchema)]
pub struct Statuses {
    /// Newest first, at most 200.
    items: Vec<Span>,
}

/// How long somebody was in which status: one's own, or with the right to monitor a colleague's.
#[utoipa::path(get, path = "/api/v1/agents/{id}/status", operation_id = "status_history", tag = "desk", params(("id" = String, Path), HistoryQuery),
    responses((status = 200, body = Statuses), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn history(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<AgentId>,
    Query(query): Query<HistoryQuery>,
) -> Result<axum::Json<Statuses>, Problem> {
    let (actor, before) = (me.actor(), query.before.unwrap_or(Time(i64::MAX)));
    let items = app.desk.read(move |tx, _| status::history(tx, &actor, id, before, 200)).await?;
    Ok(axum::Json(Statuses { items }))
}

/// Set one's own status, or with the right to it and a reason a colleague's.
#[utoipa::path(put, path = "/api/v1/agents/{id}/status", operation_id = "status_set", tag = "desk", params(("id" = String, Path)), request_body = Wanted,
    responses((status = 200, body = Now), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn set(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<AgentId>,
    Json(wanted): Json<Wanted>,
) -> Result<axum::Json<Now>, Problem> {
    let actor = me.actor();
    let now = app.desk.write(id, move |tx, cx| status::set(tx, cx, &actor, id, &wanted)).await?;
    Ok(axum::Json(now))
}
