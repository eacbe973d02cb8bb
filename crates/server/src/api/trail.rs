//! What happened to a conversation, for whoever may read it.

use axum::extract::State;
use axum::response::Response;
use base::{ConversationId, page};
use desk::consumer::frame;
use desk::trail;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use super::event::{EventFrame, json_text};
use crate::problem::{Path, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrailQuery {
    /// Only events with a smaller number: `next` of the page before.
    before: Option<i64>,
    /// 1 … 100, 50 when nothing is said.
    limit: Option<i64>,
}

#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "only its schema is used: the events are JSON text already")]
pub struct Trail {
    /// Newest first, without messages, marks and drafts. Events for others are left out.
    events: Vec<EventFrame>,
    /// `before` of the next page; null at the end.
    next: Option<i64>,
    /// Number of the last event that is in this.
    head: i64,
}

/// What happened to a conversation, newest first.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/events", operation_id = "conversation_events", tag = "desk", params(("id" = String, Path), TrailQuery),
    responses((status = 200, body = Trail), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn list(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Query(query): Query<TrailQuery>,
) -> Result<Response, Problem> {
    let (before, limit) = (query.before, page::limit(query.limit));
    let trail = app.desk.read(move |tx, _| trail::read(tx, &me.0, id, before, limit)).await?;
    let frames: Vec<String> = trail.events.iter().map(frame::event).collect();
    let next = trail.next.map_or_else(|| "null".to_owned(), |next| next.to_string());
    Ok(json_text(format!("{{\"events\":[{}],\"next\":{next},\"head\":{}}}", frames.join(","), trail.head)).await)
}
