//! Drafts: what an agent typed and has not sent.

use axum::extract::State;
use base::ConversationId;
use desk::draft::{self, Draft, Mode};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::problem::{Json, Nothing, Path, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DraftQuery {
    mode: Mode,
}

#[derive(Serialize, ToSchema)]
pub struct Drafts {
    items: Vec<Draft>,
}

/// One's own drafts, newest first.
#[utoipa::path(get, path = "/api/v1/drafts", operation_id = "draft_list", tag = "desk",
    responses((status = 200, body = Drafts), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn list(State(app): State<App>, me: SignedIn) -> Result<axum::Json<Drafts>, Problem> {
    let items = app.desk.read(move |tx, _| draft::list(tx, &me.0)).await?;
    Ok(axum::Json(Drafts { items }))
}

/// One's own draft in a conversation.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/draft", operation_id = "draft_show", tag = "desk", params(("id" = String, Path), DraftQuery),
    responses((status = 200, body = Draft), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn show(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Query(query): Query<DraftQuery>,
) -> Result<axum::Json<Draft>, Problem> {
    Ok(axum::Json(app.desk.read(move |tx, _| draft::get(tx, &me.0, id, query.mode)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveDraft {
    text: String,
}

/// Keep a draft; an empty one is deleted.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/draft", operation_id = "draft_save", tag = "desk", params(("id" = String, Path), DraftQuery),
    request_body = SaveDraft,
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn save(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Query(query): Query<DraftQuery>,
    Json(wanted): Json<SaveDraft>,
) -> Result<StatusCode, Problem> {
    app.desk.write(id, move |tx, cx| draft::save(tx, cx, &me.0, id, query.mode, &wanted.text)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Throw a draft away.
#[utoipa::path(delete, path = "/api/v1/conversations/{id}/draft", operation_id = "draft_delete", tag = "desk", params(("id" = String, Path), DraftQuery),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn delete(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Query(query): Query<DraftQuery>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    app.desk.write(id, move |tx, cx| draft::delete(tx, cx, &me.0, id, query.mode)).await?;
    Ok(StatusCode::NO_CONTENT)
}
