//! Inboxes: their look, and which site has them.

use axum::extract::State;
use base::InboxId;
use desk::inbox::{self, Inbox, Update, Version};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::problem::{Json, Path, Problem};

#[derive(Serialize, ToSchema)]
pub struct Inboxes {
    items: Vec<Inbox>,
}

/// All inboxes.
#[utoipa::path(get, path = "/api/v1/inboxes", operation_id = "inbox_list", tag = "desk",
    responses((status = 200, body = Inboxes), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn list(State(app): State<App>, me: SignedIn) -> Result<axum::Json<Inboxes>, Problem> {
    let actor = me.actor();
    let items = app.desk.read(move |tx, _| inbox::list(tx, &actor)).await?;
    Ok(axum::Json(Inboxes { items }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInbox {
    /// 1 to 80 characters; customers see it.
    name: String,
}

/// Make another inbox.
#[utoipa::path(post, path = "/api/v1/inboxes", operation_id = "inbox_create", tag = "desk", request_body = NewInbox,
    responses((status = 201, body = Inbox), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn create(
    State(app): State<App>,
    me: SignedIn,
    Json(wanted): Json<NewInbox>,
) -> Result<(StatusCode, axum::Json<Inbox>), Problem> {
    let actor = me.actor();
    let made = app.desk.write("inbox", move |tx, cx| inbox::add(tx, cx, &actor, &wanted.name)).await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}

#[derive(Serialize, ToSchema)]
pub struct Versions {
    /// Newest first, at most 50.
    items: Vec<Version>,
}

/// What an inbox was set to before.
#[utoipa::path(get, path = "/api/v1/inboxes/{id}/versions", operation_id = "inbox_versions", tag = "desk", params(("id" = String, Path)),
    responses((status = 200, body = Versions), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn versions(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<InboxId>,
) -> Result<axum::Json<Versions>, Problem> {
    let actor = me.actor();
    let items = app.desk.read(move |tx, _| inbox::versions(tx, &actor, id)).await?;
    Ok(axum::Json(Versions { items }))
}

/// Set an inbox to what it was.
#[utoipa::path(put, path = "/api/v1/inboxes/{id}/versions/{version}/restored", operation_id = "inbox_restore", tag = "desk",
    params(("id" = String, Path), ("version" = i64, Path)),
    responses((status = 200, body = Inbox), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn restore(
    State(app): State<App>,
    me: SignedIn,
    Path((id, version)): Path<(InboxId, i64)>,
    _: crate::problem::Nothing,
) -> Result<axum::Json<Inbox>, Problem> {
    let actor = me.actor();
    let inbox = app.desk.write(id, move |tx, cx| inbox::restore(tx, cx, &actor, id, version)).await?;
    Ok(axum::Json(inbox))
}

/// Change an inbox: its name, greeting, look, chat or sites, or whether it is in use.
#[utoipa::path(patch, path = "/api/v1/inboxes/{id}", operation_id = "inbox_update", tag = "desk", params(("id" = String, Path)), request_body = Update,
    responses((status = 200, body = Inbox), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn update(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<InboxId>,
    Json(wanted): Json<Update>,
) -> Result<axum::Json<Inbox>, Problem> {
    let actor = me.actor();
    let inbox = app.desk.write(id, move |tx, cx| inbox::update(tx, cx, &actor, id, &wanted)).await?;
    Ok(axum::Json(inbox))
}
