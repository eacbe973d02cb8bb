//! Conversations that sleep until a time, or until the customer writes.

use axum::extract::State;
use base::{ConversationId, Time};
use desk::conversation::{self, Conversation};
use serde::Deserialize;
use utoipa::ToSchema;

use super::App;
use super::auth::SignedIn;
use super::conversation::AtEpoch;
use super::error::ProblemDocument;
use crate::problem::{Json, Path, Problem};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Snooze {
    /// The epoch that the caller saw.
    epoch: i64,
    /// At most a year from now; with none it sleeps until the customer writes, which ends every sleep.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
}

/// Put a conversation to sleep. One that nobody has becomes the caller's.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/snooze", operation_id = "conversation_snooze", tag = "desk", params(("id" = String, Path)),
    request_body = Snooze,
    responses((status = 200, body = Conversation), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn snooze(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<Snooze>,
) -> Result<axum::Json<Conversation>, Problem> {
    let Snooze { epoch, until } = wanted;
    let asleep = app.desk.write(id, move |tx, cx| conversation::snooze(tx, cx, &me.0, id, epoch, until)).await?;
    Ok(axum::Json(asleep))
}

/// Wake a conversation before its time.
#[utoipa::path(delete, path = "/api/v1/conversations/{id}/snooze", operation_id = "conversation_wake", tag = "desk", params(("id" = String, Path)),
    request_body = AtEpoch,
    responses((status = 200, body = Conversation), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn wake(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<AtEpoch>,
) -> Result<axum::Json<Conversation>, Problem> {
    let actor = me.actor();
    let awake = app.desk.write(id, move |tx, cx| conversation::wake(tx, cx, &actor, id, wanted.epoch)).await?;
    Ok(axum::Json(awake))
}
