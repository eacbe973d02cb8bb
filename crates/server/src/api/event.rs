//! The event log for agents: what happened after a number.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use desk::consumer::frame;
use desk::consumer::replay::replay;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::problem::{Problem, Query};

/// JSON that is text already.
pub async fn json_text(text: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventQuery {
    /// Only events with a greater number.
    #[serde(default)]
    after: i64,
    /// 1 … 500, 100 when nothing is said.
    limit: Option<i64>,
}

#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "only its schema is used: the events are JSON text already")]
pub struct Events {
    /// Frames as on the socket; docs/events.md says what each kind carries.
    events: Vec<EventFrame>,
    /// How far this page has read: ask for what is after it. Events for others are left out.
    after: i64,
    /// The newest event's number.
    head: i64,
}

#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "only its schema is used")]
pub struct EventFrame {
    r#type: String,
    seq: i64,
    at: String,
    kind: String,
    conversation_id: Option<String>,
    actor: serde_json::Value,
    data: serde_json::Value,
}

/// What happened after a number.
#[utoipa::path(get, path = "/api/v1/events", operation_id = "event_list", tag = "desk", params(EventQuery),
    responses((status = 200, body = Events), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn list(State(app): State<App>, me: SignedIn, Query(query): Query<EventQuery>) -> Result<Response, Problem> {
    let (from, limit) = (query.after.max(0), query.limit.unwrap_or(100).clamp(1, 500));
    let (page, head) = app.desk.read(move |tx, _| Ok((replay(tx, &me.0, from, limit)?, tx.head()?))).await?;
    let after = page.last.unwrap_or(from.min(head));
    let frames: Vec<String> = page.events.iter().map(frame::event).collect();
    Ok(json_text(format!("{{\"events\":[{}],\"after\":{after},\"head\":{head}}}", frames.join(","))).await)
}
