//! Inboxes: their look, and which site has them.

use axum::extract::State;
use base::InboxId;
use desk::inbox::{self, Inbox, Update};
use serde::Serialize;
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

/// Change an inbox's name, greeting or look.
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
